import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.protobuf.ProtobufSchema;
import io.confluent.kafka.schemaregistry.protobuf.ProtobufSchemaUtils;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.protobuf.KafkaProtobufDeserializer;
import io.confluent.kafka.serializers.protobuf.KafkaProtobufSerializer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces and consumes with Confluent's serializers: a JSON line in, a JSON line out. */
public final class RegisteredSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    public static void main(String[] arguments) throws Exception {
        InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        BufferedReader requests = new BufferedReader(input);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            System.out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
            System.out.flush();
        }
    }

    private static Map<String, Object> answer(JsonNode request) {
        try {
            boolean isToProduce = request.get("do").asText().equals("produce");
            return isToProduce ? produce(request) : Map.of("values", consume(request));
        } catch (Exception | LinkageError failure) {
            return Map.of("failed", failure.toString());
        }
    }

    private static Map<String, Object> produce(JsonNode request) throws Exception {
        Map<String, Object> settings = settings(request);
        settings.put("key.serializer", StringSerializer.class);
        settings.put(
            "value.serializer",
            isAvro(request) ? KafkaAvroSerializer.class : KafkaProtobufSerializer.class);
        try (KafkaProducer<String, Object> producer = new KafkaProducer<>(settings)) {
            for (JsonNode value : request.get("values")) {
                Object typed = typed(request, value);
                producer.send(new ProducerRecord<>(request.get("topic").asText(), typed)).get();
            }
        } catch (SerializationException refused) {
            if (refused.getCause() instanceof RestClientException reason) {
                return Map.of("refused", reason.getStatus());
            }
            throw refused;
        }
        return Map.of();
    }

    private static List<JsonNode> consume(JsonNode request) throws Exception {
        Map<String, Object> settings = settings(request);
        settings.put("key.deserializer", StringDeserializer.class);
        settings.put(
            "value.deserializer",
            isAvro(request) ? KafkaAvroDeserializer.class : KafkaProtobufDeserializer.class);
        List<JsonNode> values = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> all = List.of(new TopicPartition(request.get("topic").asText(), 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (values.size() < request.get("count").asInt() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, Object> record : consumer.poll(POLL)) {
                    values.add(plain(record.value()));
                }
            }
        }
        return values;
    }

    private static Map<String, Object> settings(JsonNode request) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", request.get("bootstrap_servers").asText());
        settings.put("schema.registry.url", request.get("registry").asText());
        return settings;
    }

    private static boolean isAvro(JsonNode request) {
        return request.get("format").asText().equals("AVRO");
    }

    private static Object typed(JsonNode request, JsonNode value) throws Exception {
        String schema = request.get("schema").asText();
        return isAvro(request)
            ? AvroSchemaUtils.toObject(value, new AvroSchema(schema))
            : ProtobufSchemaUtils.toObject(value, new ProtobufSchema(schema));
    }

    private static JsonNode plain(Object value) throws Exception {
        return JSON.readTree(
            value instanceof Message message
                ? ProtobufSchemaUtils.toJson(message)
                : AvroSchemaUtils.toJson(value));
    }
}
