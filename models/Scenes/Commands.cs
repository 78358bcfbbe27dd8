using System.CommandLine;

namespace Lynceus.Scenes;

/// <summary>The command line: <c>scenes card</c> and <c>scenes frames</c>.</summary>
public static class Commands
{
    /// <summary>Everything that the caller can mend ends with this exit code.</summary>
    public const int BadArgument = 2;

    public static RootCommand Root() => new("""
        Draws sample camera-trap pictures with labels: for demos, tests and training.
        Nothing in them was ever photographed, so they may be shown and shared freely.

        Examples:
          scenes card /tmp/card                          an SD card of 40 bursts from three cameras
          scenes card /tmp/card --seed 7 --captures 200  another, larger one; a seed always gives the same bytes
          scenes frames /tmp/deer --class animal --count 100 --width 640 --height 480
        """)
    {
        CardCommand(), FramesCommand(),
    };

    /// <summary>Runs a parsed line; a line that cannot be understood gives exit code 2.</summary>
    public static int Run(this ParseResult line)
    {
        var code = line.Invoke();
        return line.Errors.Count > 0 ? BadArgument : code;
    }

    private static Command CardCommand()
    {
        var folder = Folder();
        var (seed, width, height) = (Seed(), Width(1280), Height(960));
        var captures = new Option<int>("--captures") { Description = "Bursts of three frames, 1–9999. About 60 % show only wind, light and weather.", DefaultValueFactory = _ => 40 };
        var command = new Command("card", "Writes an SD card: CAMERA/DCIM/100LYNX/IMG_0001.JPG… with Exif times, and labels.csv.") { folder, seed, captures, width, height };
        command.SetAction(line => Write(line.GetRequiredValue(folder),
            new(line.GetValue(seed), line.GetValue(captures), line.GetValue(width), line.GetValue(height)), "captures", Card.Write));
        return command;
    }

    private static Command FramesCommand()
    {
        var folder = Folder();
        var (seed, width, height) = (Seed(), Width(640), Height(480));
        var kind = new Option<SceneClass>("--class") { Description = "What every frame shows.", DefaultValueFactory = _ => SceneClass.Animal };
        var count = new Option<int>("--count") { Description = "Frames, 1–9999.", DefaultValueFactory = _ => 100 };
        var command = new Command("frames", "Writes single frames of one class, each at its own place, time and weather, and labels.csv.") { folder, kind, count, seed, width, height };
        command.SetAction(line => Write(line.GetRequiredValue(folder),
            new(line.GetValue(seed), line.GetValue(count), line.GetValue(width), line.GetValue(height)), "frames", (path, options, progress) => Card.WriteFrames(path, line.GetValue(kind), options, progress)));
        return command;
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "Where to write; made if it is not there. Files of the same name are replaced." };

    private static Option<int> Seed() => new("--seed") { Description = "Another seed draws other pictures; the same seed the same bytes.", DefaultValueFactory = _ => 1 };

    private static Option<int> Width(int pixels) => new("--width") { Description = "Pixels, 64–8192.", DefaultValueFactory = _ => pixels };

    private static Option<int> Height(int pixels) => new("--height") { Description = "Pixels, 64–8192.", DefaultValueFactory = _ => pixels };

    private static int Write(string folder, CardOptions options, string what, Action<string, CardOptions, Action<int, int>> write)
    {
        if (options.Fault() is { } fault)
        {
            // "captures" is what the options call their number; `frames` calls it its count.
            Console.Error.WriteLine($"scenes: {(what == "frames" ? fault.Replace("captures", "count", StringComparison.Ordinal) : fault)}");
            return BadArgument;
        }

        try
        {
            write(folder, options, (done, all) => Console.Error.Write($"\r{done} of {all} {what}{(done == all ? "\n" : "")}"));
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"scenes: cannot write to {folder}: {failure.Message}");
            return BadArgument;
        }
    }
}
