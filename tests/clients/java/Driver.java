import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Drives Apache Kafka's Java client: one JSON request per line in, one JSON answer per line out. */
public final class Driver {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CLIENT_LIMIT_BYTES = 4 * 1024 * 1024;

    private final JsonNode request;

    private Driver(JsonNode request) {
        this.request = request;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        PrintStream answers = System.out;
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
            answers.flush();
        }
    }

    private static ObjectNode answer(JsonNode request) {
        Driver driver = new Driver(request);
        try {
            switch (request.get("do").asText()) {
                case "create_topic": return driver.createTopic();
                case "produce": return driver.produce();
                case "consume": return driver.consume();
                case "offset_for_time": return driver.offsetForTime();
                default: throw new IllegalArgumentException("unknown action");
            }
        } catch (Exception error) {
            return JSON.createObjectNode().put("failed", error.toString());
        }
    }

    private ObjectNode createTopic() throws Exception {
        NewTopic topic = new NewTopic(topic(), request.get("partitions").asInt(), (short) 1);
        Map<String, String> configs = new HashMap<>();
        request.get("configs").fields().forEachRemaining(e -> configs.put(e.getKey(), e.getValue().asText()));
        try (Admin admin = Admin.create(connection())) {
            admin.createTopics(List.of(topic.configs(configs))).all().get();
        }
        return JSON.createObjectNode();
    }

    private ObjectNode produce() throws Exception {
        Map<String, Object> config = connection();
        config.put("compression.type", request.get("compression").asText());
        config.put("acks", request.get("acks").asText());
        config.put("enable.idempotence", request.get("is_idempotent").asBoolean());
        config.put("max.in.flight.requests.per.connection", 1); // a retry must not change the order
        config.put("max.request.size", CLIENT_LIMIT_BYTES);
        config.put("linger.ms", 20);
        List<Future<RecordMetadata>> deliveries = new ArrayList<>();
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes)) {
            for (JsonNode message : request.get("messages")) {
                deliveries.add(producer.send(record(message)));
            }
            producer.flush();
        }
        return offsets(deliveries);
    }

    private static ObjectNode offsets(List<Future<RecordMetadata>> deliveries) throws Exception {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode offsets = answer.putArray("offsets");
        for (Future<RecordMetadata> delivery : deliveries) {
            try {
                offsets.add(delivery.get().offset());
            } catch (ExecutionException error) {
                if (error.getCause() instanceof ApiException) {
                    return answer.put("refused", Errors.forException(error.getCause()).name());
                }
                throw error;
            }
        }
        return answer;
    }

    private ProducerRecord<byte[], byte[]> record(JsonNode message) throws IOException {
        long timestamp = message.get("timestamp_ms").asLong();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
            topic(), partition().partition(), timestamp, bytes(message.get("key")), bytes(message.get("value")));
        for (JsonNode header : message.get("headers")) {
            record.headers().add(header.get(0).asText(), bytes(header.get(1)));
        }
        return record;
    }

    private ObjectNode consume() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode messages = answer.putArray("messages");
        int count = request.get("count").asInt();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition()));
            consumer.seek(partition(), 0);
            while (messages.size() < count) {
                if (System.nanoTime() > deadline) {
                    return JSON.createObjectNode().put("failed", "no record arrived in time");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    messages.add(json(record));
                }
            }
        }
        return answer;
    }

    private ObjectNode offsetForTime() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Map<TopicPartition, Long> asked = Map.of(partition(), request.get("timestamp_ms").asLong());
            OffsetAndTimestamp found = consumer.offsetsForTimes(asked, TIMEOUT).get(partition());
            return JSON.createObjectNode().put("offset", found == null ? null : found.offset());
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        return new KafkaConsumer<>(connection(), bytes, bytes);
    }

    private Map<String, Object> connection() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", request.get("bootstrap_servers").asText());
        return config;
    }

    private String topic() {
        return request.get("topic").asText();
    }

    private TopicPartition partition() {
        return new TopicPartition(topic(), request.get("partition").asInt());
    }

    private static ObjectNode json(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode message = JSON.createObjectNode();
        message.put("offset", record.offset()).put("timestamp_ms", record.timestamp());
        message.put("key", record.key()).put("value", record.value());
        ArrayNode headers = message.putArray("headers");
        for (Header header : record.headers()) {
            headers.addArray().add(header.key()).add(header.value());
        }
        return message;
    }

    private static byte[] bytes(JsonNode node) throws IOException {
        return node.isNull() ? null : node.binaryValue();
    }
}
