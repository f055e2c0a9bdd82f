import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.protobuf.ProtobufSchema;
import io.confluent.kafka.schemaregistry.protobuf.ProtobufSchemaUtils;
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
    private static final String HEADER_SERIALIZER =
        "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer";
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
            return Map.of("failed", withCauses(failure));
        }
    }

    private static String withCauses(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.toString() : failure + ", for " + withCauses(cause);
    }

    private static Map<String, Object> produce(JsonNode request) throws Exception {
        Format format = format(request);
        Map<String, Object> settings = settings(request);
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", format.classes + "Serializer");
        if (request.path("in_headers").asBoolean()) {
            settings.put("value.schema.id.serializer", HEADER_SERIALIZER);
        }
        String schema = request.get("schema").asText();
        try (KafkaProducer<String, Object> producer = new KafkaProducer<>(settings)) {
            for (JsonNode value : request.get("values")) {
                Object typed = format.typed(schema, value);
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
        Format format = format(request);
        Map<String, Object> settings = settings(request);
        settings.put("key.deserializer", StringDeserializer.class);
        settings.put("value.deserializer", format.classes + "Deserializer");
        settings.put("json.value.type", JsonNode.class.getName());
        List<JsonNode> values = new ArrayList<>();
        try (KafkaConsumer<String, Object> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> all = List.of(new TopicPartition(request.get("topic").asText(), 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (values.size() < request.get("count").asInt() && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, Object> record : consumer.poll(POLL)) {
                    values.add(format.plain(record.value()));
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

    private static Format format(JsonNode request) {
        return Format.valueOf(request.get("format").asText());
    }

    /** Classes are named by strings: those for JSON Schema are not on every class path. */
    private enum Format {
        AVRO("io.confluent.kafka.serializers.KafkaAvro") {
            @Override
            Object typed(String schema, JsonNode value) throws Exception {
                return AvroSchemaUtils.toObject(value, new AvroSchema(schema));
            }

            @Override
            JsonNode plain(Object value) throws Exception {
                return RegisteredSchemas.JSON.readTree(AvroSchemaUtils.toJson(value));
            }
        },
        JSON("io.confluent.kafka.serializers.json.KafkaJsonSchema") {
            @Override
            Object typed(String schema, JsonNode value) throws Exception {
                ObjectNode envelope = RegisteredSchemas.JSON.createObjectNode();
                envelope.set("schema", RegisteredSchemas.JSON.readTree(schema));
                return envelope.set("payload", value);
            }

            @Override
            JsonNode plain(Object value) {
                return (JsonNode) value;
            }
        },
        PROTOBUF("io.confluent.kafka.serializers.protobuf.KafkaProtobuf") {
            @Override
            Object typed(String schema, JsonNode value) throws Exception {
                return ProtobufSchemaUtils.toObject(value, new ProtobufSchema(schema));
            }

            @Override
            JsonNode plain(Object value) throws Exception {
                return RegisteredSchemas.JSON.readTree(ProtobufSchemaUtils.toJson((Message) value));
            }
        };

        private final String classes;

        Format(String classes) {
            this.classes = classes;
        }

        abstract Object typed(String schema, JsonNode value) throws Exception;

        abstract JsonNode plain(Object value) throws Exception;
    }
}
