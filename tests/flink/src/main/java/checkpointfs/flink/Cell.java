// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/**
 * One thing that the matrix finds out: whether a snapshot of a kind, copied out of a mount that shows it in a form, is restored by
 * Flink in a claim mode, and again after three more checkpoints.
 *
 * @param writtenBy version of Flink
 * @param restoredBy version of Flink; another one if this is an upgrade
 */
record Cell(String writtenBy, String restoredBy, Kind kind, Form form, String claim) {

    /** The form of a snapshot: the mount's options. */
    enum Form {
        OWNED,
        ABSOLUTE;

        @Override
        public String toString() {
            return name().toLowerCase();
        }
    }

    /** The first fields of its line in the results. */
    String key() {
        return String.join("\t", writtenBy, restoredBy, kind.label(), form.toString(), claim);
    }

    @Override
    public String toString() {
        return key().replace('\t', ' ');
    }
}
