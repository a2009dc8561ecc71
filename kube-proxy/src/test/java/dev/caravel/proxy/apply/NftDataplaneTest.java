package dev.caravel.proxy.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.netlink.nft.NftException;
import dev.caravel.proxy.table.Protocol;
import dev.caravel.proxy.table.Samples;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel holds after starts, changes, faults and foreign hands. */
class NftDataplaneTest {
    @TempDir Path folder;
    private KernelLab lab;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        Programs.need("nft");
        lab = new KernelLab(IpFamily.IPV4);
        lab.table.put(
                Samples.service()
                        .at("10.96.0.10")
                        .nodePort(30080)
                        .vips("192.0.2.201")
                        .ranges("198.51.100.0/24")
                        .build());
        lab.table.put(Samples.slice().endpoint("10.244.0.1 local").endpoint("10.244.1.1").build());
        lab.table.put(Samples.service().named("sticky").at("10.96.0.11").sticky(60).build());
        lab.table.put(Samples.slice().of("sticky").endpoint("10.244.0.1 local").build());
        lab.converge();
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void aNewProcessFindsEverythingInPlace() throws Exception {
        String before = lab.listing();
        int generation = lab.nft.reader().generation();
        lab.dataplane = lab.newDataplane();
        assertThat(lab.converge().steps()).isZero();
        assertThat(lab.nft.reader().generation()).isEqualTo(generation);
        assertThat(lab.listing()).isEqualTo(before);
    }

    @Test
    void aNewProcessChangesOnlyWhatDiffers() throws Exception {
        lab.table.put(Samples.slice().endpoint("10.244.0.1 local").endpoint("10.244.1.2").build());
        lab.dataplane = lab.newDataplane();
        assertThat(lab.converge().steps())
                .as("the cluster address, the load balancer's and the node port, out and in")
                .isEqualTo(6);
        assertThat(lab.dataplane.audit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flush ruleset",
                "delete table TABLE",
                "flush map TABLE service-ips",
                "delete element TABLE service-endpoints { 10.96.0.10 . tcp . 80 . 0 }",
                "add element TABLE service-endpoints { 10.96.0.99 . tcp . 80 . 0 : 10.9.9.9 . 1 }",
                "add element TABLE cluster-ips { 10.96.0.99 }",
                "flush chain TABLE services",
                "flush chain TABLE pick-2",
                "insert rule TABLE nat-prerouting accept",
                "add rule TABLE masquerading drop",
                "add chain TABLE firewall-AAAA-ns/x/tcp/"
            })
    void whatOthersDoIsSeenAndUndone(String command) throws Exception {
        String before = lab.listing();
        long foreign = lab.dataplane.foreignChanges();
        lab.nft(command);
        assertThat(lab.dataplane.foreignChanges()).isEqualTo(foreign + 1);
        int repair = lab.dataplane.audit();
        if (command.contains("firewall-AAAA")) {
            await().until(lab.dataplane::hasGarbage);
            lab.dataplane.sweep();
        } else {
            assertThat(repair).as("steps to undo " + command).isPositive();
        }
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(sorted(lab.listing())).isEqualTo(sorted(before));
    }

    private static Object sorted(String listing) {
        return listing.lines()
                .map(line -> line.replace("elements = {", "").replaceAll("[,} ]*$", "").strip())
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }

    @Test
    void chainsOfOthersInOurTableAreLeftAlone() throws Exception {
        lab.nft("add chain TABLE somebody");
        lab.nft("add rule TABLE somebody counter");
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing()).contains("chain somebody");
    }

    @Test
    void ownCommitsAreNoForeignChanges() throws Exception {
        long foreign = lab.dataplane.foreignChanges();
        lab.table.put(Samples.slice().endpoint("10.244.1.7").build());
        lab.update();
        assertThat(lab.dataplane.foreignChanges()).isEqualTo(foreign);
        lab.nft("add table ip other");
        lab.table.put(Samples.slice().endpoint("10.244.1.8").build());
        lab.update();
        assertThat(lab.dataplane.foreignChanges()).isEqualTo(foreign + 1);
    }

    @Test
    void aRefusedChangeIsReportedAndTheNextComparisonHeals() throws Exception {
        lab.nft("delete table TABLE");
        lab.table.put(Samples.slice().endpoint("10.244.1.7").build());
        assertThatThrownBy(lab::update)
                .isInstanceOf(NftException.class)
                .hasMessageContaining("kernel said ENOENT");
        lab.converge();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing()).contains("10.244.1.7 . 8080");
    }

    @Test
    void aMapOfAnotherShapeIsReplaced() throws Exception {
        lab.nft("delete table TABLE");
        Path file =
                Files.writeString(
                        folder.resolve("odd.nft"),
                        """
                        table ip kube-proxy {
                            map service-ips { type ipv4_addr : verdict; }
                            chain services {
                                ip daddr vmap @service-ips
                            }
                        }
                        """);
        lab.netns.sh("nft -f " + file);
        lab.converge();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing()).contains("10.96.0.10 . tcp . 80");
    }

    /** As Go's kube-proxy leaves it: per-service chains, anonymous maps, its own priorities. */
    @Test
    void takesOverFromGo() throws Exception {
        String ours = lab.listing();
        lab.nft("delete table TABLE");
        Path file =
                Files.writeString(
                        folder.resolve("go.nft"),
                        """
                        table ip kube-proxy {
                            comment "rules for kube-proxy"
                            set cluster-ips { type ipv4_addr; comment "Active ClusterIPs";
                                elements = { 10.96.0.10, 10.96.0.77 }
                            }
                            map service-ips { type ipv4_addr . inet_proto . inet_service : verdict
                                comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"
                                elements = { 10.96.0.10 . tcp . 80 : goto service-AAAAAAAA-shop/cart/tcp/http }
                            }
                            set affinity-EPKK5QPI-shop/sticky/tcp/http__10.244.0.1/8080 {
                                type ipv4_addr; flags dynamic,timeout; timeout 1m;
                                elements = { 192.0.2.77 }
                            }
                            chain nat-prerouting {
                                type nat hook prerouting priority dstnat - 5;
                                jump services
                            }
                            chain services {
                                ip daddr . meta l4proto . th dport vmap @service-ips
                            }
                            chain service-AAAAAAAA-shop/cart/tcp/http {
                                meta l4proto tcp dnat to numgen random mod 2 map { 0 : 10.244.0.1 . 8080, 1 : 10.244.1.1 . 8080 }
                            }
                        }
                        """);
        lab.netns.sh("nft -f " + file);
        lab.dataplane = lab.newDataplane();
        lab.converge();
        await().until(lab.dataplane::hasGarbage);
        lab.dataplane.sweep();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing())
                .as("a client's endpoint survives")
                .containsPattern("192\\.0\\.2\\.77 expires")
                .doesNotContain("AAAAAAAA");
        assertThat(sorted(lab.listing().replaceAll("(?m)^.*192.0.2.77 expires.*\n", "")))
                .isEqualTo(sorted(ours));
    }

    @Test
    void emptiedChainsAreDeletedAfterAWhile() throws Exception {
        lab.table.put(Samples.slice().endpoint("10.244.1.1").build());
        lab.table.remove(Samples.service().named("sticky").build().key());
        lab.update();
        assertThat(lab.listing()).contains("chain pick-2 {", "chain service-G5", "set affinity-");
        assertThat(lab.dataplane.hasGarbage()).isFalse();
        await().until(lab.dataplane::hasGarbage);
        lab.dataplane.sweep();
        assertThat(lab.listing()).doesNotContain("chain pick-2 {", "chain service-G5", "affinity-");
        assertThat(lab.dataplane.audit()).isZero();
        lab.table.put(Samples.slice().endpoint("10.244.1.1").endpoint("10.244.1.2").build());
        lab.update();
        assertThat(lab.dataplane.audit()).isZero();
    }

    @Test
    void anAddressTwoServicesWantGoesToOneAndThenToTheOther() throws Exception {
        lab.table.put(
                Samples.service()
                        .named("first")
                        .at("10.96.0.20")
                        .externalIps("192.0.2.50")
                        .build());
        lab.table.put(Samples.slice().of("first").endpoint("10.244.1.20").build());
        lab.update();
        lab.table.put(
                Samples.service()
                        .named("second")
                        .at("10.96.0.21")
                        .externalIps("192.0.2.50", "10.96.0.20")
                        .build());
        lab.table.put(Samples.slice().of("second").endpoint("10.244.1.21").build());
        lab.update();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing())
                .contains("192.0.2.50 . tcp . 80 . 0 : 10.244.1.20 . 8080")
                .contains("10.96.0.20 . tcp . 80 . 0 : 10.244.1.20 . 8080");
        lab.table.remove(Samples.service().named("first").build().key());
        lab.update();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing())
                .contains("192.0.2.50 . tcp . 80 . 0 : 10.244.1.21 . 8080")
                .contains("10.96.0.20 . tcp . 80 . 0 : 10.244.1.21 . 8080");
    }

    @Test
    void whatSeveralServicesNeedStaysForTheLast() throws Exception {
        lab.table.put(Samples.service().named("twin").at("10.96.0.30").build());
        lab.table.put(Samples.slice().of("twin").endpoint("10.244.0.1 local").build());
        lab.update();
        lab.table.remove(Samples.service().build().key());
        lab.table.remove(Samples.service().named("sticky").build().key());
        lab.update();
        String hairpin = "10.244.0.1 . 10.244.0.1 . tcp . 8080";
        assertThat(lab.listing()).contains(hairpin);
        lab.table.remove(Samples.service().named("twin").build().key());
        lab.update();
        assertThat(lab.listing()).doesNotContain(hairpin);
        assertThat(lab.dataplane.audit()).isZero();
    }

    @Test
    void aServiceMayChangeEverythingAtOnce() throws Exception {
        lab.table.put(
                Samples.service()
                        .at("10.96.0.99")
                        .sticky(5)
                        .internalLocal()
                        .externalLocal()
                        .port("a", Protocol.UDP, 53, 30053)
                        .port("b", Protocol.SCTP, 53, 30053)
                        .build());
        lab.table.put(
                Samples.slice()
                        .port("a", Protocol.UDP, 5353)
                        .port("b", Protocol.SCTP, 5354)
                        .endpoint("10.244.0.9 local")
                        .endpoint("10.244.1.9")
                        .build());
        lab.update();
        assertThat(lab.dataplane.audit()).isZero();
        assertThat(lab.listing()).doesNotContain("10.96.0.10");
    }
}
