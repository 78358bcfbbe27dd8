using System.Buffers.Binary;
using System.Text;

namespace Lynceus.Scenes;

/// <summary>Puts an APP1 Exif segment (Exif 2.32, CIPA DC-008: a little-endian TIFF) into a JPEG.</summary>
public static class Exif
{
    private const ushort Ascii = 2, Short = 3, Long = 4, Undefined = 7;
    private const int Header = 8;

    /// <summary>The JPEG with make, model, orientation 1, size and the local time with its offset from UTC.</summary>
    /// <exception cref="ArgumentException">The bytes are not a JPEG.</exception>
    public static byte[] AddTo(ReadOnlySpan<byte> jpeg, DateTimeOffset taken, int width, int height)
    {
        if (jpeg is not [0xFF, 0xD8, ..])
        {
            throw new ArgumentException("not a JPEG", nameof(jpeg));
        }

        var time = Text($"{taken:yyyy:MM:dd HH:mm:ss}");
        var offset = Text($"{taken:zzz}");
        (ushort, ushort, byte[])[] camera =
            [(0x010F, Ascii, Text("Lynceus")), (0x0110, Ascii, Text("Scenes")), (0x0112, Short, Number(1, 2)), (0x0132, Ascii, time), (0x8769, Long, Number(0, 4))];
        (ushort, ushort, byte[])[] exposure =
        [
            (0x9000, Undefined, "0232"u8.ToArray()), (0x9003, Ascii, time), (0x9004, Ascii, time), (0x9010, Ascii, offset), (0x9011, Ascii, offset),
            (0xA002, Long, Number(width, 4)), (0xA003, Long, Number(height, 4)),
        ];
        camera[^1].Item3 = Number(Header + Size(camera), 4); // where the Exif directory follows
        byte[] tiff = [.. "II*\0"u8, .. Number(Header, 4), .. Directory(camera, Header), .. Directory(exposure, Header + Size(camera))];
        byte[] segment = [0xFF, 0xE1, (byte)((tiff.Length + 8) >> 8), (byte)(tiff.Length + 8), .. "Exif\0\0"u8, .. tiff];
        return [.. jpeg[..2], .. segment, .. jpeg[2..]];
    }

    private static byte[] Directory((ushort Tag, ushort Type, byte[] Value)[] entries, int start)
    {
        List<byte> table = [.. Number(entries.Length, 2)], values = [];
        var valuesAt = start + 2 + (entries.Length * 12) + 4;
        foreach (var (tag, type, value) in entries)
        {
            var count = value.Length / (type switch { Short => 2, Long => 4, _ => 1 });
            table.AddRange([.. Number(tag, 2), .. Number(type, 2), .. Number(count, 4)]);
            table.AddRange(value.Length > 4 ? Number(valuesAt + values.Count, 4) : [.. value, .. new byte[4 - value.Length]]);
            values.AddRange(value.Length > 4 ? Even(value) : []);
        }

        return [.. table, .. Number(0, 4), .. values];
    }

    private static int Size((ushort, ushort, byte[])[] entries) => Directory(entries, 0).Length;

    private static byte[] Even(byte[] value) => value.Length % 2 == 0 ? value : [.. value, 0];

    private static byte[] Text(string text) => [.. Encoding.ASCII.GetBytes(text), 0];

    private static byte[] Number(int value, int size)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes[..size];
    }
}
