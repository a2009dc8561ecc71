package dev.caravel.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    1,   EPERM,      Operation not permitted
                    2,   ENOENT,     No such file or directory
                    11,  EAGAIN,     Resource temporarily unavailable
                    16,  EBUSY,      Device or resource busy
                    18,  EXDEV,      Invalid cross-device link
                    28,  ENOSPC,     No space left on device
                    39,  ENOTEMPTY,  Directory not empty
                    40,  ELOOP,      Too many levels of symbolic links
                    95,  EOPNOTSUPP, Operation not supported
                    116, ESTALE,     Stale file handle
                    """)
    void numbersHaveTheirUsualNamesAndTexts(int number, Errno errno, String text) {
        assertThat(Errno.of(number)).isEqualTo(errno);
        assertThat(errno.text()).isEqualTo(text);
    }

    @Test
    void numbersAreUnique() {
        assertThat(Arrays.stream(Errno.values()).map(Errno::number)).doesNotHaveDuplicates();
    }

    @Test
    void numbersOfTheFutureAreUnknown() {
        assertThat(Errno.of(4000)).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void exceptionSaysWhatWasTriedOnWhatAndTheAnswer() {
        SystemCallException e = new SystemCallException("umount2", "/mnt/a", Errno.EBUSY);
        assertThat(e).hasMessage("umount2 /mnt/a: EBUSY (Device or resource busy)");
        assertThat(e.is(Errno.EINVAL, Errno.EBUSY)).isTrue();
        assertThat(e.is(Errno.EINVAL, Errno.EPERM)).isFalse();
    }
}
