import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.Readable;

/** Answers each line "class version hex" with what Kafka's own class makes of the bytes, in hex. */
public class Reencode {
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws Exception {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            System.out.println(answer(line.split(" ", 3)));
        }
    }

    private static String answer(String[] question) {
        try {
            short version = Short.parseShort(question[1]);
            ByteBuffer encoded = ByteBuffer.wrap(HEX.parseHex(question[2]));
            Message message = (Message) Class.forName(question[0])
                .getConstructor(Readable.class, short.class)
                .newInstance(new ByteBufferAccessor(encoded), version);
            if (encoded.hasRemaining()) {
                return encoded.remaining() + " bytes are left over";
            }
            ByteBuffer again = MessageUtil.toByteBufferAccessor(message, version).buffer();
            return HEX.formatHex(again.array(), again.arrayOffset() + again.position(), again.arrayOffset() + again.limit());
        } catch (ReflectiveOperationException | RuntimeException error) {
            return error + " " + error.getCause();
        }
    }
}
