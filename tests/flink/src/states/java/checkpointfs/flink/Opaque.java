// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/** A value has a part that nobody can read without its class. */
final class Opaque extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param type as {@code Kryo<com.acme.Order>} */
    Opaque(String type) {
        super(type, null, false, false);
    }

    String type() {
        return getMessage();
    }
}
