package dev.caravel.daemon.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.model.jackson.Jackson2JdkTypesModule;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON of the API's types. Set up as fabric8 does it, but without its search for all 351 kinds, and
 * reading past {@code managedFields}, which are a third of most objects and of no use to a node.
 */
final class ApiJson extends KubernetesSerialization {
    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    /**
     * Parsers that keep their buffers; the default pool keeps as many as were ever busy at once.
     */
    private static final int BUFFERS = 4;

    private @Nullable ObjectMapper configured;

    ApiJson() {
        super(
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS))
                                        .build())
                        .configureForJackson2()
                        .addModule(new Jackson2JdkTypesModule())
                        .build(),
                false);
    }

    @Override
    protected ObjectMapper configureMapper(ObjectMapper mapper) {
        ObjectMapper result =
                super.configureMapper(mapper)
                        .rebuild()
                        .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
                        .build();
        configured = result; // called by the constructor above
        return result;
    }

    /** The mapper in use. */
    ObjectMapper mapper() {
        ObjectMapper mapper = configured;
        if (mapper == null) {
            throw new IllegalStateException("the mapper is configured by the constructor");
        }
        return mapper;
    }
}
