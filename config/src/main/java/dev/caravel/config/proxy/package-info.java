/**
 * kube-proxy's configuration: flags, the KubeProxyConfiguration file, defaults and validation.
 * {@code KubeProxySettings} is the only door.
 */
@NullMarked
package dev.caravel.config.proxy;

import org.jspecify.annotations.NullMarked;
