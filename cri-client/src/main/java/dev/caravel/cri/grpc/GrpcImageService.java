package dev.caravel.cri.grpc;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Listing;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.proto.cri.ImageFsInfoRequest;
import dev.caravel.proto.cri.ImageServiceGrpc;
import dev.caravel.proto.cri.ImageStatusRequest;
import dev.caravel.proto.cri.ListImagesRequest;
import dev.caravel.proto.cri.PullImageRequest;
import dev.caravel.proto.cri.RemoveImageRequest;
import java.time.Duration;
import java.util.Optional;

/** {@link ImageService} over gRPC. */
public final class GrpcImageService implements ImageService {
    private final RuntimeConnection connection;
    private final Calls calls;

    /**
     * Talks to the image service over a connection, which may be that of the runtime; closing this
     * closes it.
     *
     * @param requestTimeout {@code runtimeRequestTimeout} of the kubelet configuration
     */
    public GrpcImageService(
            RuntimeConnection connection, Duration requestTimeout, CallObserver observer) {
        this.connection = connection;
        this.calls = new Calls(connection, requestTimeout, observer);
    }

    @Override
    public Listing<Image> listImages() {
        return calls.call(
                new Calls.Subject("list_images", ""),
                ImageServiceGrpc.getListImagesMethod(),
                ListImagesRequest.getDefaultInstance(),
                answer ->
                        Answer.listing(
                                answer.getImagesList(),
                                dev.caravel.proto.cri.Image::getId,
                                ImageWire::read));
    }

    @Override
    public Optional<Image> imageStatus(ImageSpec image) {
        return calls.call(
                new Calls.Subject("image_status", image.image()),
                ImageServiceGrpc.getImageStatusMethod(),
                ImageStatusRequest.newBuilder().setImage(ImageWire.toWire(image)).build(),
                answer ->
                        answer.hasImage()
                                ? Optional.of(ImageWire.read(answer.getImage()))
                                : Optional.empty());
    }

    @Override
    public String pullImage(
            ImageSpec image,
            Optional<RegistryCredentials> credentials,
            Optional<SandboxConfig> sandbox) {
        var request = PullImageRequest.newBuilder().setImage(ImageWire.toWire(image));
        credentials.ifPresent(c -> request.setAuth(ImageWire.toWire(c)));
        sandbox.ifPresent(s -> request.setSandboxConfig(SandboxWire.toWire(s)));
        return calls.callWithoutLimit(
                connection.streams(),
                new Calls.Subject("pull_image", image.image()),
                ImageServiceGrpc.getPullImageMethod(),
                request.build(),
                answer -> Answer.present("image_ref", answer.getImageRef()));
    }

    @Override
    public void removeImage(ImageSpec image) {
        calls.remove(
                new Calls.Subject("remove_image", image.image()),
                ImageServiceGrpc.getRemoveImageMethod(),
                RemoveImageRequest.newBuilder().setImage(ImageWire.toWire(image)).build());
    }

    @Override
    public ImageFsInfo imageFsInfo() {
        return calls.call(
                new Calls.Subject("image_fs_info", ""),
                ImageServiceGrpc.getImageFsInfoMethod(),
                ImageFsInfoRequest.getDefaultInstance(),
                ImageWire::read);
    }

    @Override
    public void close() {
        connection.close();
    }
}
