using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Lynceus.Vision;

namespace Lynceus.Cloud.Tests;

/// <summary>A card and a data folder of its own, and <c>cloud import</c> as a process of its own between them.</summary>
internal sealed class Importing : IDisposable
{
    private static readonly IReadOnlyList<byte[]> Frames = [.. GoldenSet.Load().Files.Select(File.ReadAllBytes)];

    public string Data { get; } = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
    public string Card { get; } = Directory.CreateTempSubdirectory("lynceus-card-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How a process ended.</summary>
    public sealed record Ended(int Code, string Out, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Out).RootElement;

        public (long Added, long AlreadyThere, long Refused) Counts => (Json.GetProperty("added").GetInt64(), Json.GetProperty("alreadyThere").GetInt64(), Json.GetProperty("refusedCount").GetInt64());

        /// <summary>Names of files and why they were refused.</summary>
        public IReadOnlyDictionary<string, string> Refused => Json.GetProperty("refused").EnumerateArray().ToDictionary(r => r.GetProperty("file").GetString()!, r => r.GetProperty("why").GetString()!);
    }

    /// <summary>A real frame, with another byte behind its end for each number.</summary>
    public static byte[] Frame(int number) => [.. Frames[number % Frames.Count], .. BitConverter.GetBytes(number)];

    /// <summary>A picture that says nothing of its time or camera.</summary>
    public static byte[] Undated(int number) => [.. Png(8), .. BitConverter.GetBytes(number)];

    public string Put(string relative, byte[] bytes)
    {
        var path = Path.Combine(Card, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Imports the card.</summary>
    public Task<Ended> JsonAsync(params string[] options) => JsonOfAsync(Card, options);

    /// <summary>Imports something else.</summary>
    public Task<Ended> JsonOfAsync(string path, params string[] options) => RunAsync(["import", path, .. options, "--json"]);

    /// <summary>A command of the cloud, on this data folder.</summary>
    public async Task<Ended> RunAsync(params string[] arguments)
    {
        using var process = await StartAsync(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(4), Stop);
        return new Ended(process.ExitCode, await output, await error);
    }

    public async Task<Process> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "cloud"), [.. arguments, "--data", Data, .. await TestRows.ArgumentsAsync(Data)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    public async Task<LynceusDb> RowsAsync() => RowsSetup.Open(Data, await TestRows.OfAsync(Data));

    /// <summary>A frame with EXIF as a camera writes it.</summary>
    public static byte[] Photograph(int number, string? taken, string? offset = null, string make = "Made", string model = "Cam 1")
    {
        var tiff = new Tiff();
        tiff.Text(0x010f, make);
        tiff.Text(0x0110, model);
        if (taken is not null) tiff.Exif((0x9003, taken), (0x9011, offset));
        byte[] exif = [.. "Exif\0\0"u8, .. tiff.Bytes()];
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(exif.Length + 2));
        var frame = Frame(number);
        return [0xff, 0xd8, 0xff, 0xe1, .. length, .. exif, .. frame[2..]];
    }

    /// <summary>A picture whose header says so many pixels, and has none of them.</summary>
    public static byte[] Png(int side)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", [0x78, 0x9c, 3, 0, 0, 0, 0, 1]), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(name), .. content];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(checkedPart));
        return [.. length, .. checkedPart, .. crc];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
        }
        return ~crc;
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Data, recursive: true);
        Directory.Delete(Card, recursive: true);
    }

    /// <summary>A TIFF header with two directories, little-endian (EXIF 2.32).</summary>
    private sealed class Tiff
    {
        private readonly List<(ushort Tag, byte[] Text)> first = [];
        private readonly List<(ushort Tag, byte[] Text)> exif = [];

        public void Text(ushort tag, string text) => first.Add((tag, Encoding.UTF8.GetBytes(text + "\0")));

        public void Exif(params (ushort Tag, string? Text)[] texts) => exif.AddRange(texts.Where(t => t.Text is not null).Select(t => (t.Tag, Encoding.UTF8.GetBytes(t.Text + "\0"))));

        public byte[] Bytes()
        {
            var bytes = new List<byte>("II*\0"u8.ToArray());
            bytes.AddRange(BitConverter.GetBytes(8));
            var second = 8 + Size(first, exif.Count > 0 ? 1 : 0);
            Write(bytes, first, exif.Count > 0 ? second : null);
            if (exif.Count > 0) Write(bytes, exif, pointer: null);
            return [.. bytes];
        }

        private static int Size(List<(ushort, byte[] Text)> entries, int more) => 2 + (12 * (entries.Count + more)) + 4 + entries.Sum(e => e.Text.Length > 4 ? e.Text.Length : 0);

        private static void Write(List<byte> to, List<(ushort Tag, byte[] Text)> entries, int? pointer)
        {
            var count = entries.Count + (pointer is null ? 0 : 1);
            var at = to.Count + 2 + (12 * count) + 4;
            to.AddRange(BitConverter.GetBytes((ushort)count));
            foreach (var (tag, text) in entries)
            {
                to.AddRange(BitConverter.GetBytes(tag));
                to.AddRange(BitConverter.GetBytes((ushort)2));
                to.AddRange(BitConverter.GetBytes(text.Length));
                if (text.Length <= 4)
                {
                    to.AddRange([.. text, .. new byte[4 - text.Length]]);
                    continue;
                }
                to.AddRange(BitConverter.GetBytes(at));
                at += text.Length;
            }
            if (pointer is { } exif)
            {
                to.AddRange(BitConverter.GetBytes((ushort)0x8769));
                to.AddRange(BitConverter.GetBytes((ushort)4));
                to.AddRange(BitConverter.GetBytes(1));
                to.AddRange(BitConverter.GetBytes(exif));
            }
            to.AddRange(new byte[4]);
            foreach (var (_, text) in entries.Where(e => e.Text.Length > 4)) to.AddRange(text);
        }
    }
}
