package dev.caravel.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Optional;

/**
 * What logback uses before {@link Logging#start}: klog text on stderr. Found as a service, it also
 * keeps logback from looking for XML files.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class DefaultConfigurator extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);
        Logging.attach(
                context,
                new LineAppender(
                        LogFormat.TEXT,
                        false,
                        (bytes, length) -> stderr.write(bytes, 0, length),
                        Optional.empty()));
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
