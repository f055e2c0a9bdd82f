import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A member of a group: reads, commits, and tells what happens; see group_member.py. */
public final class GroupMember {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(100);

    public static void main(String[] arguments) throws IOException {
        JsonNode options = JSON.readTree(arguments[0]);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings(options));
        Thread reader = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, reader)));
        consumer.subscribe(List.of(options.get("topic").asText()));
        try {
            read(consumer);
        } catch (WakeupException stopping) {
            // SIGTERM: leave the group.
        } finally {
            consumer.close();
        }
    }

    private static Map<String, Object> settings(JsonNode options) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", options.get("bootstrap_servers").asText());
        settings.put("group.id", options.get("group").asText());
        settings.put("group.protocol", "classic");
        boolean isCooperative = options.get("strategy").asText().equals("cooperative");
        String strategy = isCooperative ? "CooperativeStickyAssignor" : "RangeAssignor";
        settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + strategy);
        if (!options.get("instance_id").isNull()) {
            settings.put("group.instance.id", options.get("instance_id").asText());
        }
        settings.put("session.timeout.ms", options.get("session_timeout_ms").asInt());
        settings.put("heartbeat.interval.ms", 500);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        return settings;
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer) throws IOException {
        List<Integer> assigned = null;
        while (true) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            List<Integer> now =
                consumer.assignment().stream().map(TopicPartition::partition).sorted().toList();
            if (!now.equals(assigned)) {
                assigned = now;
                tell("assigned", assigned);
            }
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                tell("record", List.of(record.partition(), record.offset()));
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                positions.put(partition, new OffsetAndMetadata(record.offset() + 1));
            }
            if (!positions.isEmpty()) {
                commit(consumer, positions);
            }
        }
    }

    private static void commit(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetAndMetadata> positions)
            throws IOException {
        try {
            consumer.commitSync(positions);
        } catch (WakeupException stopping) {
            throw stopping;
        } catch (KafkaException movedOn) {
            return; // whoever reads these now will commit them
        }
        for (Map.Entry<TopicPartition, OffsetAndMetadata> each : positions.entrySet()) {
            tell("committed", List.of(each.getKey().partition(), each.getValue().offset()));
        }
    }

    private static void tell(String event, Object value) throws IOException {
        System.out.println(JSON.writeValueAsString(Map.of(event, value)));
        System.out.flush();
    }

    private static void stop(KafkaConsumer<byte[], byte[]> consumer, Thread reader) {
        consumer.wakeup();
        try {
            reader.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
