// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;

import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.cep.nfa.ComputationState;
import org.apache.flink.cep.nfa.DeweyNumber;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.NFAStateSerializer;
import org.apache.flink.cep.nfa.sharedbuffer.EventId;
import org.apache.flink.cep.nfa.sharedbuffer.Lockable;
import org.apache.flink.cep.nfa.sharedbuffer.NodeId;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferEdge;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferNode;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferNodeSerializer;

/** The state of patterns. */
final class CepSamples {
    private CepSamples() {}

    static void addTo(Samples samples) {
        DeweyNumber version = new DeweyNumber(1).addStage().increase(2);
        EventId event = new EventId(1, 2);
        NodeId node = new NodeId(event, "a");
        SharedBufferEdge edge = new SharedBufferEdge(node, version);
        String nodeText = "{\"event\":{\"id\":1,\"timestamp\":2},\"page\":\"a\"}";
        String edgeText = "{\"target\":" + nodeText + ",\"version\":\"1.2\"}";
        samples.add("DeweyNumber", "DeweyNumber", DeweyNumber.DeweyNumberSerializer.INSTANCE).value(version, "\"1.2\"");
        samples.add("EventId", "EventId", EventId.EventIdSerializer.INSTANCE).value(event, "{\"id\":1,\"timestamp\":2}");
        samples.add("NodeId", "NodeId", new NodeId.NodeIdSerializer()).value(node, nodeText).value(null, "null");
        samples.add("SharedBufferEdge", "SharedBufferEdge", new SharedBufferEdge.SharedBufferEdgeSerializer())
                .value(edge, edgeText)
                .value(new SharedBufferEdge(null, new DeweyNumber(3)), "{\"target\":null,\"version\":\"3\"}");
        samples.add("Lockable", "Lockable<String>", new Lockable.LockableTypeSerializer<>(StringSerializer.INSTANCE))
                .value(new Lockable<>("x", 2), "{\"refs\":2,\"element\":\"x\"}");
        SharedBufferNode buffer = new SharedBufferNode();
        buffer.addEdge(edge);
        samples.add("SharedBufferNode", "SharedBufferNode", new SharedBufferNodeSerializer())
                .value(buffer, "[{\"refs\":0,\"element\":" + edgeText + "}]");
        samples.add("NFAState", "NFAState", new NFAStateSerializer())
                .value(new NFAState(List.of(ComputationState.createState("start", node, version, 5, 4, event))),
                        "{\"partial\":[{\"state\":\"start\",\"previous\":" + nodeText + ",\"version\":\"1.2\",\"start\":5,"
                                + "\"previous_timestamp\":4,\"start_event\":{\"id\":1,\"timestamp\":2}}],\"completed\":[]}");
    }
}
