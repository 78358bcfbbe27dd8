using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace Lynceus.Cloud;

/// <summary><c>cloud report</c>: what was found, for people who decide.</summary>
internal static class ReportCommand
{
    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Report(Option<string> data)
    {
        var arguments = new StatisticsArguments();
        var to = new Option<string>("--out") { Description = "The HTML file to write: one file with everything in it.", HelpName = "FILE", Required = true };
        var pdf = new Option<bool>("--pdf") { Description = "Also as PDF beside it; needs chromium or chrome on the PATH." };
        var title = new Option<string?>("--title") { Description = "Its heading; made of the project if not given.", HelpName = "TEXT" };
        var author = new Option<string?>("--author") { Description = "Who hands it out.", HelpName = "TEXT" };
        var focus = new Option<string[]>("--focus") { Description = $"Species that are looked at closely, 1 to {ReportContent.MostFocus}; the most seen ones if not given.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var command = new Command("report", """
            Writes a report for people who decide: what was looked at, what was seen and how sure that is, with maps, activity, occupancy and trends, and with every formula and its source. One HTML file that needs nothing else; --pdf prints it.

            Example:  cloud report --data DIR --project jura --focus "Lynx lynx" "Capreolus capreolus" --out jura.html --pdf
            """) { data, CloudCommand.Db, to, pdf, title, author, focus };
        arguments.AddFilterTo(command);
        arguments.AddOptionsTo(command);
        command.SetAction(async (result, cancel) =>
        {
            var path = result.GetValue(to)!;
            await using var db = StatisticsCommands.Open(result.GetValue(data)!, result);
            var content = await ReportContent.ReadAsync(db, arguments.Filter(result), arguments.Options(result), result.GetValue(focus) ?? [], cancel);
            var now = TimeProvider.System.GetUtcNow();
            try
            {
                await File.WriteAllTextAsync(path, ReportHtml.Of(content, result.GetValue(title), result.GetValue(author), DateOnly.FromDateTime(now.UtcDateTime)), cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"--out {path}: {e.Message}");
            }
            if (result.GetValue(pdf)) await PrintAsync(Path.GetFullPath(path), cancel);
            return 0;
        });
        return command;
    }

    /// <summary>The page is our own, without a script; it is printed in a profile that is thrown away.</summary>
    private static async Task PrintAsync(string html, CancellationToken cancel)
    {
        var pdf = Path.ChangeExtension(html, ".pdf");
        var browser = Browsers.Select(OnPath).FirstOrDefault(b => b is not null) ?? throw new StartException($"--pdf: no chromium or chrome is on the PATH ({string.Join(", ", Browsers)}); open {html} and print it");
        var profile = Directory.CreateTempSubdirectory("lynceus-print-");
        try
        {
            string[] said = ["--headless", "--disable-gpu", "--no-sandbox", "--no-first-run", $"--user-data-dir={profile.FullName}", "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(html).AbsoluteUri];
            using var process = Process.Start(new ProcessStartInfo(browser, said) { RedirectStandardError = true, RedirectStandardOutput = true }) ?? throw new StartException($"--pdf: {browser} does not start");
            var (error, output) = (process.StandardError.ReadToEndAsync(cancel), process.StandardOutput.ReadToEndAsync(cancel));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancel.ThrowIfCancellationRequested();
                throw new StartException($"--pdf: {browser} has not printed in {Patience.TotalMinutes} minutes; open {html} and print it");
            }
            _ = await output;
            if (process.ExitCode != 0 || !File.Exists(pdf)) throw new StartException($"--pdf: {browser} ended with {process.ExitCode} and printed nothing: {(await error).Trim().Split('\n')[^1]}");
        }
        catch (Win32Exception e)
        {
            throw new StartException($"--pdf: {browser} does not start: {e.Message}");
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private static string? OnPath(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
