package dev.caravel.proxy.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.proxy.table.ServiceKey;
import dev.caravel.testing.Programs;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes, in batches, against the kernel. The rule that must always hold: what small steps
 * lead to is what a comparison of everything wants, so an audit finds nothing to do.
 */
class TableSimulationTest {
    private static final int BATCHES = 60;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void smallStepsLeadWhereAFullComparisonLeads(long seed) throws Exception {
        Programs.needNetns();
        Random random = new Random(seed);
        try (KernelLab lab = new KernelLab(seed % 2 == 0 ? IpFamily.IPV6 : IpFamily.IPV4)) {
            lab.converge();
            for (int batch = 0; batch < BATCHES; batch++) {
                int changes = 1 + random.nextInt(6);
                for (int i = 0; i < changes; i++) {
                    change(lab, random);
                }
                if (random.nextInt(12) == 0) {
                    lab.dataplane = lab.newDataplane();
                    lab.converge();
                } else {
                    lab.update();
                }
                assertThat(lab.dataplane.audit())
                        .as("steps of an audit after batch %d of seed %d", batch, seed)
                        .isZero();
                if (lab.dataplane.hasGarbage()) {
                    lab.dataplane.sweep();
                }
            }
        }
    }

    private static void change(KernelLab lab, Random random) {
        int service = random.nextInt(8);
        String name = "s" + service;
        switch (random.nextInt(10)) {
            case 0 -> lab.table.remove(new ServiceKey("shop", name));
            case 1 -> lab.table.removeSlice(new ServiceKey("shop", name), slice(random, name));
            case 2, 3, 4 -> lab.table.put(service(lab, random, service).build());
            default -> lab.table.put(endpoints(lab, random, name).build());
        }
    }

    private static String slice(Random random, String name) {
        return name + "-" + (1 + random.nextInt(2));
    }

    private static Samples.Service service(KernelLab lab, Random random, int number) {
        Samples.Service service = Samples.service().named("s" + number).at(lab.ip(96, number));
        if (random.nextInt(3) == 0) {
            service.externalIps(lab.ip(50, random.nextInt(3)));
        }
        if (random.nextInt(3) == 0) {
            service.vips(lab.ip(51, random.nextInt(4)), lab.ip(50, random.nextInt(3)));
        }
        if (random.nextInt(3) == 0) {
            service.ranges(lab.ip(60, random.nextInt(9)) + "/24", lab.ip(61, 0) + "/13");
        }
        if (random.nextInt(4) == 0) {
            service.sticky(10 + random.nextInt(2));
        }
        if (random.nextInt(4) == 0) {
            service.internalLocal();
        }
        if (random.nextInt(3) == 0) {
            service.externalLocal();
        }
        service.port("http", Protocol.TCP, 80, random.nextBoolean() ? 30000 + number : 0);
        if (random.nextBoolean()) {
            service.port("dns", Protocol.UDP, 53, random.nextBoolean() ? 31000 + number : 0);
        }
        return service;
    }

    private static Samples.Slice endpoints(KernelLab lab, Random random, String name) {
        Samples.Slice slice =
                Samples.slice()
                        .of(name)
                        .named(slice(random, name))
                        .port("http", Protocol.TCP, 8080)
                        .port("dns", Protocol.UDP, 5353);
        String[] states = {"", "", "", " terminating", " notready", " gone"};
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            boolean local = random.nextBoolean();
            slice.endpoint(
                    lab.ip(local ? 44 : 45, random.nextInt(6))
                            + (local ? " local" : "")
                            + states[random.nextInt(states.length)]);
        }
        return slice;
    }
}
