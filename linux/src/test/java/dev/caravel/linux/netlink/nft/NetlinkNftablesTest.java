package dev.caravel.linux.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import dev.caravel.linux.sys.Errno;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The codec against this machine's kernel, in a network namespace of its own. */
class NetlinkNftablesTest {
    @TempDir Path folder;
    private Netns netns;
    private NetlinkNftables nft;

    @BeforeEach
    void open() throws Exception {
        Programs.needNetns();
        netns = Netns.create("nft");
        nft = netns.call(NetlinkNftables::open);
    }

    @AfterEach
    void close() throws IOException {
        if (nft != null) {
            nft.close();
            netns.close();
        }
    }

    private static NftTable table(IpFamily family) {
        return new NftTable(family, "sample");
    }

    private static Path goldenFile(IpFamily family) {
        return Path.of(
                "src/test/resources/golden/nft",
                family == IpFamily.IPV4 ? "sample-ip.nft" : "sample-ip6.nft");
    }

    private static String golden(IpFamily family) throws IOException {
        return Files.readString(goldenFile(family), StandardCharsets.UTF_8);
    }

    /** Everything the kernel holds of the table, as this package's records print it. */
    private String state(IpFamily family) throws IOException {
        NftTable table = table(family);
        StringBuilder out = new StringBuilder();
        nft.chains(table).forEach(chain -> out.append(chain).append('\n'));
        for (NftSet set : nft.sets(table)) {
            out.append(set.name()).append(' ').append(set.key()).append(set.value());
            out.append(set.timeoutMillis()).append(' ').append(set.comment()).append('\n');
            nft.elements(table, set).stream()
                    .map(NftElement::toString)
                    .sorted()
                    .forEach(element -> out.append("  ").append(element).append('\n'));
        }
        nft.rules(table)
                .forEach(rule -> out.append(rule.chain()).append(' ').append(rule.rule() + "\n"));
        return out.toString();
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void theNftProgramListsWhatWeWrite(IpFamily family) throws Exception {
        Programs.need("nft");
        nft.commit(SampleRuleset.of(family));
        String listed = netns.sh("nft list table " + table(family));
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(goldenFile(family), listed);
        }
        assertThat(listed).isEqualTo(golden(family));
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void whatTheNftProgramLoadsReadsAsWhatWeWrite(IpFamily family) throws Exception {
        Programs.need("nft");
        nft.commit(SampleRuleset.of(family));
        String ours = state(family);
        netns.sh("nft flush ruleset");
        Path file = Files.writeString(folder.resolve("golden.nft"), golden(family));
        netns.sh("nft -f " + file);
        assertThat(state(family)).isEqualTo(ours);
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void readsBackTheRulesItWrote(IpFamily family) throws Exception {
        NftTransaction sample = SampleRuleset.of(family);
        nft.commit(sample);
        List<NftRule> written = new ArrayList<>();
        for (String chain :
                List.of("end", "in", "local", "marking", "pick", "post", "pre", "seen")) {
            for (NftOp op : sample.ops()) {
                if (op instanceof NftOp.AddRule add && add.chain().equals(chain)) {
                    written.add(add.rule());
                }
            }
        }
        List<NftRule> read = new ArrayList<>();
        for (String chain :
                List.of("end", "in", "local", "marking", "pick", "post", "pre", "seen")) {
            nft.rules(table(family), chain).forEach(rule -> read.add(rule.rule()));
        }
        assertThat(read).isEqualTo(written).hasSize(13);
    }

    @Test
    void loadsAndListsMoreElementsThanFitAMessage() throws Exception {
        NftTable table = table(IpFamily.IPV4);
        NftSet set = NftSet.set("many", List.of(NftField.IPV4_ADDR), "");
        List<NftOp> ops = new ArrayList<>();
        ops.add(new NftOp.AddTable(table, ""));
        ops.add(new NftOp.AddSet(table, set));
        NftData[] keys =
                IntStream.range(0, 20_000)
                        .mapToObj(i -> new IpAddress(IpFamily.IPV4, 0, 0x0a000000L + i))
                        .map(NftData::of)
                        .toArray(NftData[]::new);
        for (NftData key : keys) {
            ops.add(new NftOp.AddElement(table, "many", NftElement.of(key)));
        }
        nft.commit(new NftTransaction(ops));
        assertThat(nft.elements(table, set))
                .extracting(NftElement::key)
                .containsExactlyInAnyOrder(keys);
        List<NftOp> removal = new ArrayList<>();
        Arrays.stream(keys)
                .limit(15_000)
                .forEach(key -> removal.add(new NftOp.DeleteElement(table, "many", key)));
        nft.commit(new NftTransaction(removal));
        assertThat(nft.elements(table, set)).hasSize(5_000);
    }

    @Test
    void aRefusedTransactionNamesItsStepAndChangesNothing() throws Exception {
        NftTable table = table(IpFamily.IPV4);
        NftTransaction broken =
                new NftTransaction(
                        List.of(
                                new NftOp.AddTable(table, ""),
                                new NftOp.AddChain(table, NftChain.plain("here")),
                                new NftOp.AddRule(
                                        table,
                                        "elsewhere",
                                        NftRule.of(new NftExpr.Verdict(NftVerdict.DROP)))));
        assertThatThrownBy(() -> nft.commit(broken))
                .isInstanceOfSatisfying(
                        NftException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage(
                        "add rule ip sample elsewhere [ immediate drop ]: "
                                + "kernel said ENOENT (No such file or directory)");
        assertThat(nft.exists(table)).isFalse();
    }

    @Test
    void everyCommitOfAnybodyMovesTheGeneration() throws Exception {
        NftTable table = table(IpFamily.IPV6);
        NftTransaction add = new NftTransaction(List.of(new NftOp.AddTable(table, "")));
        int before = nft.generation();
        nft.commitAt(before, add);
        assertThat(nft.generation()).isEqualTo(before + 1);
        assertThatThrownBy(() -> nft.commitAt(before, add))
                .isInstanceOfSatisfying(
                        NftException.class, e -> assertThat(e.generationMoved()).isTrue());
        assertThat(nft.exists(table)).isTrue();
    }

    @Test
    void tellsTheHandlesOfInsertedRules() throws Exception {
        NftTable table = table(IpFamily.IPV4);
        NftRule drop = NftRule.of(new NftExpr.Counter(), new NftExpr.Verdict(NftVerdict.DROP));
        NftRule back = NftRule.of(new NftExpr.Counter(), new NftExpr.Verdict(NftVerdict.RETURN));
        Map<Integer, Long> handles =
                nft.commit(
                        new NftTransaction(
                                List.of(
                                        new NftOp.AddTable(table, ""),
                                        new NftOp.AddChain(table, NftChain.plain("c")),
                                        new NftOp.AddRule(table, "c", drop),
                                        new NftOp.InsertRule(table, "c", back),
                                        new NftOp.InsertRule(table, "c", drop))));
        assertThat(handles).containsOnlyKeys(3, 4);
        List<KernelRule> rules = nft.rules(table, "c");
        assertThat(rules).extracting(KernelRule::rule).containsExactly(drop, back, drop);
        assertThat(rules.get(0).handle()).isEqualTo(handles.get(4));
        assertThat(rules.get(1).handle()).isEqualTo(handles.get(3));
        nft.commit(
                new NftTransaction(
                        List.of(new NftOp.DeleteRule(table, "c", rules.get(1).handle()))));
        assertThat(nft.rules(table, "c")).extracting(KernelRule::rule).containsExactly(drop, drop);
    }

    @Test
    void digestsTellRulesApartAndSurviveTheKernel() throws Exception {
        nft.commit(SampleRuleset.of(IpFamily.IPV4));
        Map<Long, NftRule> written = new HashMap<>();
        for (NftOp op : SampleRuleset.of(IpFamily.IPV4).ops()) {
            if (op instanceof NftOp.AddRule add) {
                written.put(add.rule().digest(), add.rule());
            }
        }
        assertThat(written).hasSize(13);
        nft.rules(table(IpFamily.IPV4))
                .forEach(rule ->
                        assertThat(written.get(rule.rule().digest())).isEqualTo(rule.rule()));
    }

    @Test
    void anEmptyTableHasNothing() throws Exception {
        NftTable table = table(IpFamily.IPV4);
        assertThat(nft.exists(table)).isFalse();
        assertThat(nft.chains(table)).isEmpty();
        nft.commit(new NftTransaction(List.of(new NftOp.AddTable(table, ""))));
        assertThat(nft.exists(table)).isTrue();
        assertThat(nft.sets(table)).isEmpty();
        assertThat(nft.rules(table)).isEmpty();
    }
}
