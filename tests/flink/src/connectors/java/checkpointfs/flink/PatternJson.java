// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Collection;
import java.util.StringJoiner;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.cep.nfa.ComputationState;
import org.apache.flink.cep.nfa.DeweyNumber;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.sharedbuffer.EventId;
import org.apache.flink.cep.nfa.sharedbuffer.Lockable;
import org.apache.flink.cep.nfa.sharedbuffer.NodeId;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferEdge;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferNode;

/** The JSON of the state of {@code MATCH_RECOGNIZE}. */
public final class PatternJson {
    private PatternJson() {}

    /** As {@link ValueJson#of}. */
    public static String of(TypeSerializer<?> serializer, Object value) {
        if (value instanceof Lockable<?> lockable && !(lockable.getElement() instanceof SharedBufferNode)) {
            return lockable(lockable, ValueJson.of(Hidden.get(serializer, "elementSerializer"), lockable.getElement()));
        }
        return of(value);
    }

    private static String of(Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof EventId event) {
            return "{\"id\":" + event.getId() + ",\"timestamp\":" + event.getTimestamp() + "}";
        } else if (value instanceof NodeId node) {
            return "{\"event\":" + of(node.getEventId()) + ",\"page\":" + JsonText.string(node.getPageName()) + "}";
        } else if (value instanceof Lockable<?> lockable) {
            return lockable(lockable, of(lockable.getElement()));
        } else if (value instanceof SharedBufferNode buffer) {
            return list(buffer.getEdges());
        } else if (value instanceof SharedBufferEdge edge) {
            return "{\"target\":" + of((Object) Hidden.get(edge, "target")) + ",\"version\":" + of((Object) Hidden.get(edge, "deweyNumber")) + "}";
        } else if (value instanceof DeweyNumber version) {
            return "\"" + version + "\"";
        } else if (value instanceof NFAState state) {
            return "{\"partial\":" + list(state.getPartialMatches()) + ",\"completed\":" + list(state.getCompletedMatches()) + "}";
        } else if (value instanceof ComputationState match) {
            return match(match);
        }
        throw new IllegalStateException("no form for " + value.getClass());
    }

    private static String lockable(Lockable<?> lockable, String element) {
        return "{\"refs\":" + Hidden.get(lockable, "refCounter") + ",\"element\":" + element + "}";
    }

    private static String list(Collection<?> items) {
        StringJoiner out = new StringJoiner(",", "[", "]");
        items.forEach(item -> out.add(of(item)));
        return out.toString();
    }

    private static String match(ComputationState match) {
        return "{\"state\":" + JsonText.string(match.getCurrentStateName())
                + ",\"previous\":" + of(match.getPreviousBufferEntry())
                + ",\"version\":" + of(match.getVersion())
                + ",\"start\":" + match.getStartTimestamp()
                + ",\"previous_timestamp\":" + match.getPreviousTimestamp()
                + ",\"start_event\":" + of(match.getStartEventID()) + "}";
    }
}
