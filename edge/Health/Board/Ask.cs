using CliWrap;

namespace Lynceus.Edge;

/// <summary>Answers of another program that nobody may wait for long.</summary>
internal static class Ask
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>More is no answer to the questions asked here.</summary>
    private const int MostBytes = 256 * 1024;

    /// <summary>What it wrote, or null if it could not be started, failed, wrote too much or did not come to an end.</summary>
    public static async Task<string?> ProgramAsync(string path, string[] arguments, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var output = new MemoryStream();
        try
        {
            var result = await Cli.Wrap(path).WithArguments(arguments).WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(PipeTarget.Create((from, end) => CopyAsync(from, output, patience, end))).ExecuteAsync(patience.Token);
            return result.ExitCode == 0 ? System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length) : null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return null;
        }
    }

    private static async Task CopyAsync(Stream from, MemoryStream to, CancellationTokenSource patience, CancellationToken end)
    {
        var part = new byte[4096];
        while (await from.ReadAsync(part, end) is var read and > 0)
        {
            await to.WriteAsync(part.AsMemory(0, read), end);
            if (to.Length > MostBytes) await patience.CancelAsync();
        }
    }
}
