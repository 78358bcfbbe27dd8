using System.Diagnostics;
using System.Text.Json;

namespace Lynceus.Cloud.Tests;

/// <summary>Uploads with a client that nobody here wrote: npm's tus-js-client.</summary>
public sealed class TusClientTests
{
    private const string Client = "tus-js-client@4";

    [Fact]
    public async Task A_client_that_others_wrote_uploads_breaks_off_goes_on_and_is_told_when_its_bytes_were_damaged()
    {
        var packages = await InstalledAsync();
        await using var cloud = await RunningCloud.StartAsync();
        var file = Path.Combine(cloud.Data, "IMG_0001.JPG");
        byte[] picture = [0xff, 0xd8, 0xff, 0xe0, .. Some.Bytes((5 * 1024 * 1024) - 4)];
        await File.WriteAllBytesAsync(file, picture, TestContext.Current.CancellationToken);

        var (code, output, errors) = await RunAsync("node", cloud.Data, Path.Combine(AppContext.BaseDirectory, "tus", "upload.mjs"), packages, $"{cloud.Http.BaseAddress}api/v1/uploads", file, "1000000");
        Assert.True(code == 0, errors);
        var said = JsonDocument.Parse(output.Trim()).RootElement;
        Assert.Equal(460, said.GetProperty("damaged").GetInt32());
        // It broke off after 3 of 6 chunks at the earliest, and what came before was not sent again; nor anything of a file that is there.
        Assert.InRange(said.GetProperty("resumedAt").GetInt32(), 3_000_000, 5_000_000);
        Assert.InRange(said.GetProperty("patches").GetInt32(), 6, 8);

        var media = Assert.Single(await cloud.MediaAsync());
        Assert.Equal(("DCIM/100/IMG_0001.JPG", "north"), (media.GetProperty("filePath").GetString(), media.GetProperty("cameraID").GetString()));
        Assert.Equal(picture, await cloud.BytesAsync($"/api/v1/media/{media.GetProperty("mediaID").GetString()}/content"));
    }

    /// <summary>The folder of the installed package. Skips the test where npm cannot fetch it.</summary>
    private static async Task<string> InstalledAsync()
    {
        if (!Exists("node") || !Exists("npm")) Assert.Skip("node and npm are not here");
        var folder = Path.Combine(AppContext.BaseDirectory, "tus", "packages");
        Directory.CreateDirectory(folder);
        if (Directory.Exists(Path.Combine(folder, "node_modules", "tus-js-client"))) return folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{}");
        var (code, _, errors) = await RunAsync("npm", folder, "install", "--no-audit", "--no-fund", Client);
        if (code != 0) Assert.Skip($"npm cannot install {Client}: {errors}");
        return folder;
    }

    private static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"{program} did not end within two minutes");
        }
        return (process.ExitCode, await output, await errors);
    }
}
