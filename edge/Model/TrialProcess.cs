using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary>Tries models in a child process, so that whatever happens there has a name and the hub goes on.</summary>
/// <param name="program">The hub's own program.</param>
/// <param name="threads">For one picture.</param>
/// <param name="patience">Then the child is ended.</param>
internal sealed class TrialProcess(string program, int threads, TimeSpan patience)
{
    private const int Runs = 15;
    private const int MostAnswerChars = 65_536;

    /// <summary>The hub's own program lies beside its libraries, also where a test or <c>dotnet edge.dll</c> is the process.</summary>
    public static string OwnProgram => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "edge.exe" : "edge");

    /// <summary>Has a model look at the golden set.</summary>
    public TrialResult Golden(LoadedModel model)
    {
        var (answer, failed) = Ask(new TrialOrder([TrialContender.Of(model)], threads, 0));
        return answer switch
        {
            null => failed!,
            { Refused: { } reason } => new TrialResult(TrialOutcome.Refused, reason),
            { Misses: [] } => new TrialResult(TrialOutcome.Passed, null),
            _ => new TrialResult(TrialOutcome.WrongAnswers, $"fails {answer.Misses.Count} of the golden frames: {string.Join("; ", answer.Misses)}"),
        };
    }

    /// <summary>Times both twins; null if that could not be done, and then float is taken.</summary>
    public TwinPace? Pace(LoadedModel whole, LoadedModel int8)
    {
        var (answer, _) = Ask(new TrialOrder([TrialContender.Of(whole), TrialContender.Of(int8)], threads, Runs));
        return answer is { Refused: null, MedianMs: [var a and > 0, var b and > 0] } ? new TwinPace(a, b) : null;
    }

    private (TrialAnswer? Answer, TrialResult? Failed) Ask(TrialOrder order)
    {
        var start = new ProcessStartInfo(program, [TrialCommand.Name]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process child;
        try
        {
            child = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            return (null, new TrialResult(TrialOutcome.Crashed, $"{program} cannot be started to try the model: {e.Message}"));
        }
        using (child)
        {
            var (output, errors) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
            Send(child, order);
            if (!child.WaitForExit(patience))
            {
                child.Kill(entireProcessTree: true);
                child.WaitForExit();
                return (null, new TrialResult(TrialOutcome.TookTooLong, $"did not come to an end within {patience.TotalSeconds:0} s on this machine"));
            }
            var (said, complained) = (output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
            if (child.ExitCode != 0) return (null, new TrialResult(TrialOutcome.Crashed, Crash(child.ExitCode, complained)));
            return Read(said) is { } answer ? (answer, null) : (null, new TrialResult(TrialOutcome.Crashed, "the process that tries it gave no answer"));
        }
    }

    private static void Send(Process child, TrialOrder order)
    {
        try
        {
            child.StandardInput.Write(JsonSerializer.Serialize(order, ModelJson.Default.TrialOrder));
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had listened; its exit code says why.
        }
    }

    private static TrialAnswer? Read(string said)
    {
        if (said.Length > MostAnswerChars) return null;
        try
        {
            return JsonSerializer.Deserialize(said.TrimEnd().Split('\n')[^1], ModelJson.Default.TrialAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>.NET gives 128 + n for a process that signal n has ended.</summary>
    internal static string Crash(int code, string complained) => code switch
    {
        128 + 4 => "ends with an illegal instruction (SIGILL): this build of ONNX Runtime, or this model's operators, do not fit this processor",
        128 + 6 => "breaks down (SIGABRT)" + Last(complained),
        128 + 9 => "was killed (SIGKILL); the machine may be short of memory",
        128 + 11 => "crashes (SIGSEGV)" + Last(complained),
        > 128 and < 128 + 65 => $"was ended by signal {code - 128}" + Last(complained),
        _ => $"ends with exit code {code}" + Last(complained),
    };

    private static string Last(string complained)
        => complained.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? $": {(line.Length > 300 ? line[..300] : line)}" : "";
}
