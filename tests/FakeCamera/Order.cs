using System.Globalization;

namespace Lynceus.FakeCamera;

/// <summary>What the fake camera is asked to play: the camera program's own arguments, and the faults.</summary>
internal sealed record Order
{
    public int Width { get; private set; } = 640;
    public int Height { get; private set; } = 480;
    public double FrameRate { get; private set; } = 10;
    public bool H264 { get; private set; }
    public bool Help { get; private set; }
    public double Speed { get; private set; } = 1;
    public int DieAfter { get; private set; } = -1;
    public int HangAfter { get; private set; } = -1;
    public int GarbageAt { get; private set; } = -1;
    public int HalfAt { get; private set; } = -1;
    public int ZeroAt { get; private set; } = -1;
    public int HugeAt { get; private set; } = -1;
    public int HugeMegabytes { get; private set; } = 40;
    public int WrongSizeFrom { get; private set; } = -1;
    public int PersonAt { get; private set; } = -1;
    public int InfraredFrom { get; private set; } = -1;
    public int Ramp { get; private set; }
    public double SlowStart { get; private set; }
    public bool Silent { get; private set; }
    public bool OnlyGarbage { get; private set; }
    public bool ErrorFlood { get; private set; }
    public bool IgnoreTerm { get; private set; }
    public int ExitAtOnce { get; private set; } = -1;
    public bool Child { get; private set; }
    public bool Animal { get; private set; }
    public string? OnceFile { get; private set; }
    public string? PidFile { get; private set; }
    public string? Frames { get; private set; }

    public const string Text = """
        fake-camera stands in for rpicam-vid and ffmpeg: it takes their arguments and plays drawn scenes on its stdout, in real time, until nobody reads.

          fake-camera [FAULTS --] [the camera program's arguments]

        Of those it knows --width W, --height H, --framerate F, -video_size WxH, --codec mjpeg|h264, -input_format mjpeg|h264 and -f h264; the rest is ignored.
        Faults also come from the environment, LYNCEUS_FAKE_CAMERA="die-after=10 person-at=4". Frames are counted from 0.

          --speed N            plays N times as fast; 0 as fast as it is read
          --animal             a deer is in each frame, else the scene is empty
          --person-at N        a person is in frame N, and in no other
          --frames FOLDER      plays the photographs of a folder (JPEG) instead
          --infrared-from N    grey pictures from frame N on, as a camera with an infrared lamp
          --ramp N             the first N frames grow from dark to their brightness
          --slow-start S       nothing for S seconds
          --silent             nothing, ever
          --exit-at-once CODE  ends at once, with a reason on stderr
          --die-after N        ends with exit code 1 after N frames
          --hang-after N       gives nothing more after N frames, and stays
          --garbage-at N       100 KB of noise before frame N
          --only-garbage       noise and nothing else
          --half-at N          frame N has only its first half
          --zero-at N          100 KB of zero bytes before frame N
          --huge-at N          frame N never ends for --huge-megabytes M (40)
          --wrong-size-from N  half the width and height from frame N on
          --error-flood        stderr is flooded
          --ignore-term        SIGTERM does nothing
          --child              a child of it plays, and it only waits
          --once FILE          the faults hold only as long as FILE is not there; it is made then
          --pid-file FILE      writes its process id there
        """;

    public static Order Read(string[] arguments)
    {
        var order = new Order();
        var split = Array.IndexOf(arguments, "--");
        var (own, camera) = split < 0 ? (arguments is ["--help" or "-h"] ? arguments : [], arguments) : (arguments[..split], arguments[(split + 1)..]);
        var environment = (Environment.GetEnvironmentVariable("LYNCEUS_FAKE_CAMERA") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(w => ("--" + w).Split('=', 2));
        order.Faults(new Queue<string>([.. environment, .. own]));
        if (order.OnceFile is { } once && !order.Child)
        {
            if (File.Exists(once)) order = order.WithoutFaults();
            else File.WriteAllText(once, "");
        }
        order.Camera(camera);
        return order;
    }

    /// <summary>What it plays stays, what goes wrong does not.</summary>
    private Order WithoutFaults() => new() { Speed = Speed, Animal = Animal, PidFile = PidFile, Frames = Frames };

    private void Faults(Queue<string> words)
    {
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "--help" or "-h": Help = true; break;
                case "--speed": Speed = Number(words); break;
                case "--animal": Animal = true; break;
                case "--person-at": PersonAt = Whole(words); break;
                case "--frames": Frames = words.Dequeue(); break;
                case "--infrared-from": InfraredFrom = Whole(words); break;
                case "--ramp": Ramp = Whole(words); break;
                case "--slow-start": SlowStart = Number(words); break;
                case "--silent": Silent = true; break;
                case "--exit-at-once": ExitAtOnce = Whole(words); break;
                case "--die-after": DieAfter = Whole(words); break;
                case "--hang-after": HangAfter = Whole(words); break;
                case "--garbage-at": GarbageAt = Whole(words); break;
                case "--only-garbage": OnlyGarbage = true; break;
                case "--half-at": HalfAt = Whole(words); break;
                case "--zero-at": ZeroAt = Whole(words); break;
                case "--huge-at": HugeAt = Whole(words); break;
                case "--huge-megabytes": HugeMegabytes = Whole(words); break;
                case "--wrong-size-from": WrongSizeFrom = Whole(words); break;
                case "--error-flood": ErrorFlood = true; break;
                case "--ignore-term": IgnoreTerm = true; break;
                case "--child": Child = true; break;
                case "--once": OnceFile = words.Dequeue(); break;
                case "--pid-file": PidFile = words.Dequeue(); break;
                default: throw new ArgumentException($"fake-camera does not know {word}; --help lists what it knows");
            }
        }
    }

    private void Camera(string[] words)
    {
        for (var i = 0; i + 1 < words.Length; i++)
        {
            switch (words[i])
            {
                case "--width": Width = Whole(words[i + 1]); break;
                case "--height": Height = Whole(words[i + 1]); break;
                case "--framerate" or "-framerate" or "-r": FrameRate = double.Parse(words[i + 1], CultureInfo.InvariantCulture); break;
                case "-video_size": (Width, Height) = (Whole(words[i + 1].Split('x')[0]), Whole(words[i + 1].Split('x')[1])); break;
                case "--codec" or "-input_format" or "-f" when words[i + 1] is "h264" or "mjpeg": H264 = words[i + 1] == "h264"; break;
            }
        }
    }

    private static int Whole(Queue<string> words) => Whole(words.Dequeue());

    private static int Whole(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static double Number(Queue<string> words) => double.Parse(words.Dequeue(), CultureInfo.InvariantCulture);
}
