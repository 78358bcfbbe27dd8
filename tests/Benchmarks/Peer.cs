using System.Diagnostics;
using System.Text.Json;
using Lynceus.Contracts;

namespace Lynceus.Benchmarks;

/// <param name="Label">Number of the model's class.</param>
/// <param name="Conf">0–1.</param>
/// <param name="Box">0–1 of the upright picture.</param>
internal readonly record struct PeerBox(int Label, float Conf, Box Box);

/// <summary>A look by somebody else's program, and its milliseconds by that program's own clock.</summary>
internal sealed record PeerLook(IReadOnlyList<PeerBox> Boxes, double Total, double Run);

/// <summary>
/// A program of <c>peers/</c> that looks at pictures as we do. It stays between pictures, loaded and warm; a line of JSON asks, a line answers,
/// and while it works nothing else does.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    private Peer(Process process, string versions)
    {
        this.process = process;
        Versions = versions;
    }

    public string Versions { get; }

    /// <summary>Starts one, or says why it cannot be.</summary>
    public static async Task<(Peer? Peer, string? Missing)> StartAsync(string program, string script, string model, int threads)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, [Path.Combine(Frames.Repository, "tests", "Benchmarks", "peers", script), model, $"{threads}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, e.Message);
        }
        var complaint = process.StandardError.ReadToEndAsync();
        var first = await process.StandardOutput.ReadLineAsync();
        if (first?.StartsWith("ready ", StringComparison.Ordinal) == true) return (new Peer(process, first["ready ".Length..]), null);
        await process.WaitForExitAsync();
        process.Dispose();
        var lines = (await complaint).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (null, lines.LastOrDefault(l => l.Contains("Error", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it ended without a word");
    }

    /// <summary>Looks at one picture; with <paramref name="reduce"/> 2, 4 or 8 OpenCV may decode it at that fraction.</summary>
    public async Task<PeerLook> LookAsync(string file, int reduce)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { file, reduce }));
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"the peer ended at {file}");
        using var answer = JsonDocument.Parse(line);
        float Number(JsonElement of, string name) => of.GetProperty(name).GetSingle();
        return new PeerLook(
            [.. answer.RootElement.GetProperty("boxes").EnumerateArray().Select(b => new PeerBox(
                b.GetProperty("label").GetInt32(), Number(b, "conf"), new Box(Number(b, "x"), Number(b, "y"), Number(b, "w"), Number(b, "h"))))],
            answer.RootElement.GetProperty("totalMs").GetDouble(), answer.RootElement.GetProperty("runMs").GetDouble());
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
