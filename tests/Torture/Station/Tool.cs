using System.Diagnostics;

namespace Lynceus.Torture;

/// <summary>A program that could not be started, or said no.</summary>
internal sealed class ToolFailedException(string message) : Exception(message);

/// <summary>Programs of this build and of the system.</summary>
internal static class Tool
{
    private static readonly string Built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    public static string Edge => Of("Edge", "edge");

    public static string Cloud => Of("Cloud", "cloud");

    public static string Scenes => Of("Scenes", "scenes");

    private static string Of(string project, string name) => Path.Combine(Built, project, new DirectoryInfo(AppContext.BaseDirectory).Name, name);

    public static bool IsHere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program to its end. Throws <see cref="ToolFailedException"/> with its last words.</summary>
    /// <returns>What it said on stdout.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new ToolFailedException($"{program} did not start");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new ToolFailedException($"{program} {string.Join(' ', arguments)}: {(await errors).Trim()} {(await output).Trim()}");
    }
}
