import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Transactional producers by name, one JSON request a line; see transactional_producers.py. */
public final class TransactionalProducers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, KafkaProducer<String, String>> PRODUCERS = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            System.out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
            System.out.flush();
        }
        // Threads that wait for a broker would keep a fenced producer from closing.
        Runtime.getRuntime().halt(0);
    }

    private static ObjectNode answer(JsonNode request) {
        ObjectNode answer = JSON.createObjectNode();
        try {
            act(request);
        } catch (ExecutionException error) {
            answer.put("error", error.getCause().getClass().getSimpleName());
        } catch (KafkaException error) {
            answer.put("error", error.getClass().getSimpleName());
        } catch (Exception error) {
            answer.put("failed", error.toString());
        }
        return answer;
    }

    private static void act(JsonNode request) throws Exception {
        String name = request.get("producer").asText();
        switch (request.get("do").asText()) {
            case "open" -> PRODUCERS.put(name, open(request));
            case "begin" -> PRODUCERS.get(name).beginTransaction();
            case "send" -> PRODUCERS.get(name).send(record(request)).get();
            case "commit" -> PRODUCERS.get(name).commitTransaction();
            default -> throw new IllegalArgumentException("unknown action");
        }
    }

    private static KafkaProducer<String, String> open(JsonNode request) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", request.get("bootstrap_servers").asText());
        settings.put("transactional.id", request.get("transactional_id").asText());
        settings.put("transaction.timeout.ms", request.get("timeout_ms").asInt());
        StringSerializer strings = new StringSerializer();
        KafkaProducer<String, String> producer = new KafkaProducer<>(settings, strings, strings);
        producer.initTransactions();
        return producer;
    }

    private static ProducerRecord<String, String> record(JsonNode request) {
        return new ProducerRecord<>(request.get("topic").asText(), request.get("value").asText());
    }
}
