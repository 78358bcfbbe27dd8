using CliWrap;
using CliWrap.Buffered;
using Lynceus.Vision;
using SkiaSharp;

namespace Lynceus.Edge;

/// <summary>Whether ffmpeg is here and can put pictures into an mp4 without encoding them again.</summary>
internal static class VideoExam
{
    private const string Name = "ffmpeg";

    public static async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken stop)
    {
        if (await Ask.ProgramAsync("ffmpeg", ["-hide_banner", "-version"], stop) is not { } version)
            return [new Finding(Name, Colour.Red, "is not installed, or this user may not start it", "sudo apt-get install ffmpeg; without it there are no videos, and no USB or network cameras")];
        var target = Path.Combine(Path.GetTempPath(), $"lynceus-doctor-{Environment.ProcessId}.mp4");
        try
        {
            var result = await Cli.Wrap("ffmpeg").WithArguments(["-v", "error", "-y", "-f", "mjpeg", "-framerate", "5", "-i", "-", "-c", "copy", "-f", "mp4", target])
                .WithStandardInputPipe(PipeSource.FromBytes(Pictures())).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(stop);
            var first = version.Split('\n')[0].Split(" Copyright")[0].Trim();
            if (result.ExitCode != 0 || new FileInfo(target) is not { Exists: true, Length: > 0 })
                return [new Finding(Name, Colour.Red, $"{first} cannot write mp4: {result.StandardError.Trim()}", "Install the distribution's full ffmpeg: sudo apt-get install --reinstall ffmpeg")];
            var info = await Video.ProbeAsync(target, stop);
            return [new Finding(Name, Colour.Green, FormattableString.Invariant($"{first}; wrote and read an mp4 of {info.Seconds:0.0} s"))];
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static byte[] Pictures()
    {
        using var stream = new MemoryStream();
        using var bitmap = new SKBitmap(64, 48);
        for (byte i = 0; i < 5; i++)
        {
            bitmap.Erase(new SKColor((byte)(i * 40), 120, 60));
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
            data.SaveTo(stream);
        }
        return stream.ToArray();
    }
}
