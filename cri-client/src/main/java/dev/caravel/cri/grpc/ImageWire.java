package dev.caravel.cri.grpc;

import dev.caravel.cri.Image;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.proto.cri.AuthConfig;
import dev.caravel.proto.cri.ImageFsInfoResponse;
import java.util.Optional;
import java.util.OptionalLong;

/** Images on the wire. */
final class ImageWire {
    private ImageWire() {}

    static dev.caravel.proto.cri.ImageSpec toWire(ImageSpec image) {
        return dev.caravel.proto.cri.ImageSpec.newBuilder()
                .setImage(image.image())
                .putAllAnnotations(image.annotations())
                .setUserSpecifiedImage(image.userSpecifiedImage())
                .setRuntimeHandler(image.runtimeHandler())
                .setImageRef(image.imageRef())
                .build();
    }

    static AuthConfig toWire(RegistryCredentials credentials) {
        return AuthConfig.newBuilder()
                .setUsername(credentials.username())
                .setPassword(credentials.password())
                .setAuth(credentials.auth())
                .setServerAddress(credentials.serverAddress())
                .setIdentityToken(credentials.identityToken())
                .setRegistryToken(credentials.registryToken())
                .build();
    }

    static ImageSpec read(dev.caravel.proto.cri.ImageSpec image) {
        return new ImageSpec(
                image.getImage(),
                image.getAnnotationsMap(),
                image.getUserSpecifiedImage(),
                image.getRuntimeHandler(),
                image.getImageRef());
    }

    static Image read(dev.caravel.proto.cri.Image image) {
        return new Image(
                Answer.present("image id", image.getId()),
                image.getRepoTagsList(),
                image.getRepoDigestsList(),
                Answer.unsigned(image.getSize()),
                image.hasUid() ? OptionalLong.of(image.getUid().getValue()) : OptionalLong.empty(),
                image.getUsername(),
                image.hasSpec() ? Optional.of(read(image.getSpec())) : Optional.empty(),
                image.getPinned());
    }

    static ImageFsInfo read(ImageFsInfoResponse answer) {
        return new ImageFsInfo(
                answer.getImageFilesystemsList().stream().map(StatsWire::read).toList(),
                answer.getContainerFilesystemsList().stream().map(StatsWire::read).toList());
    }
}
