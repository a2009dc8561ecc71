package dev.caravel.kubelet.podresources;

import dev.caravel.kubelet.device.Device;
import dev.caravel.kubelet.device.Devices;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.proto.podresources.AllocatableResourcesRequest;
import dev.caravel.proto.podresources.AllocatableResourcesResponse;
import dev.caravel.proto.podresources.ContainerDevices;
import dev.caravel.proto.podresources.ContainerResources;
import dev.caravel.proto.podresources.GetPodResourcesRequest;
import dev.caravel.proto.podresources.GetPodResourcesResponse;
import dev.caravel.proto.podresources.ListPodResourcesRequest;
import dev.caravel.proto.podresources.ListPodResourcesResponse;
import dev.caravel.proto.podresources.NUMANode;
import dev.caravel.proto.podresources.PodResources;
import dev.caravel.proto.podresources.PodResourcesListerGrpc;
import dev.caravel.proto.podresources.TopologyInfo;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code v1.PodResourcesLister}, and what {@code v1alpha1} had of it. */
public final class PodResourcesService extends PodResourcesListerGrpc.PodResourcesListerImplBase {

    private static final String ALPHA = "v1alpha1.PodResourcesLister";

    private final Supplier<List<Pod>> pods;
    private final Devices devices;

    /**
     * @param pods those that are active: not over, and not all ended
     */
    public PodResourcesService(Supplier<List<Pod>> pods, Devices devices) {
        this.pods = pods;
        this.devices = devices;
    }

    @Override
    public void list(
            ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> answer) {
        answer.onNext(list());
        answer.onCompleted();
    }

    private ListPodResourcesResponse list() {
        ListPodResourcesResponse.Builder all = ListPodResourcesResponse.newBuilder();
        pods.get().forEach(pod -> all.addPodResources(of(pod)));
        return all.build();
    }

    @Override
    public void get(
            GetPodResourcesRequest request, StreamObserver<GetPodResourcesResponse> answer) {
        Optional<Pod> pod =
                pods.get().stream()
                        .filter(p -> p.getMetadata().getName().equals(request.getPodName()))
                        .filter(p ->
                                p.getMetadata().getNamespace().equals(request.getPodNamespace()))
                        .findFirst();
        if (pod.isEmpty()) {
            answer.onError(
                    Status.UNKNOWN
                            .withDescription(
                                    "pod %s in namespace %s not found"
                                            .formatted(
                                                    request.getPodName(),
                                                    request.getPodNamespace()))
                            .asRuntimeException());
            return;
        }
        answer.onNext(GetPodResourcesResponse.newBuilder().setPodResources(of(pod.get())).build());
        answer.onCompleted();
    }

    /** Without a CPU or memory policy that gives any away, devices are all there is. */
    @Override
    public void getAllocatableResources(
            AllocatableResourcesRequest request,
            StreamObserver<AllocatableResourcesResponse> answer) {
        AllocatableResourcesResponse.Builder all = AllocatableResourcesResponse.newBuilder();
        devices.healthy()
                .forEach((resource, list) -> {
                    for (Device d : list) {
                        all.addDevices(device(resource, d.id(), d.numaNodes()));
                    }
                });
        answer.onNext(all.build());
        answer.onCompleted();
    }

    private PodResources of(Pod pod) {
        PodResources.Builder result =
                PodResources.newBuilder()
                        .setName(pod.getMetadata().getName())
                        .setNamespace(pod.getMetadata().getNamespace());
        List<PodContainer> containers = new ArrayList<>(PodContainer.inits(pod));
        containers.removeIf(c -> c.kind() != ContainerKind.SIDECAR);
        containers.addAll(PodContainer.regular(pod));
        for (PodContainer c : containers) {
            ContainerResources.Builder one = ContainerResources.newBuilder().setName(c.name());
            devices.assigned(pod.getMetadata().getUid(), c.name())
                    .forEach((resource, byNode) -> one.addAllDevices(each(resource, byNode)));
            result.addContainers(one);
        }
        return result.build();
    }

    /** One entry a device, as upstream has it. */
    private static List<ContainerDevices> each(String resource, Map<Long, List<String>> byNode) {
        Map<String, List<Long>> nodes = new TreeMap<>();
        byNode.forEach((node, ids) -> {
            for (String id : ids) {
                List<Long> known = nodes.computeIfAbsent(id, _ -> new ArrayList<>());
                if (node >= 0) {
                    known.add(node);
                }
            }
        });
        List<ContainerDevices> result = new ArrayList<>();
        nodes.forEach((id, on) -> result.add(device(resource, id, on)));
        return result;
    }

    private static ContainerDevices device(String resource, String id, Collection<Long> nodes) {
        ContainerDevices.Builder device =
                ContainerDevices.newBuilder().setResourceName(resource).addDeviceIds(id);
        if (!nodes.isEmpty()) {
            TopologyInfo.Builder topology = TopologyInfo.newBuilder();
            nodes.forEach(n -> topology.addNodes(NUMANode.newBuilder().setID(n)));
            device.setTopology(topology);
        }
        return device.build();
    }

    /**
     * {@code v1alpha1}: only List. Its messages are those of v1 with fewer fields, and on the wire
     * a field more is skipped, so v1's are sent.
     */
    public BindableService alpha() {
        MethodDescriptor<ListPodResourcesRequest, ListPodResourcesResponse> list =
                PodResourcesListerGrpc.getListMethod().toBuilder()
                        .setFullMethodName(MethodDescriptor.generateFullMethodName(ALPHA, "List"))
                        .setSchemaDescriptor(null)
                        .build();
        return () ->
                ServerServiceDefinition.builder(ALPHA)
                        .addMethod(
                                list,
                                ServerCalls.asyncUnaryCall(
                                        (ListPodResourcesRequest request,
                                                StreamObserver<ListPodResourcesResponse> answer) ->
                                                list(request, answer)))
                        .build();
    }
}
