using System.Buffers;
using System.IO.Pipelines;
using System.IO.Ports;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Lynceus.Edge;

/// <summary>A GPS receiver, by its serial line or by gpsd.</summary>
/// <param name="address">Where it is.</param>
/// <param name="baud">Of a serial line.</param>
/// <param name="notBefore">No time is before this year.</param>
internal sealed class GpsReceiver(GpsAddress address, int baud, int notBefore)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens it. Throws <see cref="IOException"/>, <see cref="SocketException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public async Task<Stream> OpenAsync(CancellationToken stop)
    {
        if (address.Device is { } device) return OpenSerial(device, baud);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
#pragma warning disable CA2000 // closing the stream closes the client
        var client = new TcpClient();
#pragma warning restore CA2000
        try
        {
            await client.ConnectAsync(address.Host, address.Port, patience.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Gpsd.Watch.ToArray(), patience.Token);
            return stream;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Fixes as they come, until the stream ends. Lines that are too long or mean nothing are passed over.</summary>
    public async IAsyncEnumerable<GpsFix> FixesAsync(Stream stream, [EnumeratorCancellation] CancellationToken stop)
    {
        var most = address.Device is null ? Gpsd.MaxLength : Nmea.MaxLength;
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var passing = false;
        while (true)
        {
            var read = await reader.ReadAsync(stop);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                if (!passing && line.Length <= most && Parse(line.ToArray()) is { } fix) yield return fix;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                passing = false;
            }
            // What is longer than any line is thrown away as it comes, up to the next line's start.
            if (buffer.Length > most) (passing, buffer) = (true, buffer.Slice(buffer.End));
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) yield break;
        }
    }

    private GpsFix? Parse(byte[] line)
    {
        if (address.Device is null) return Gpsd.Parse(line, notBefore);
        // A line that was opened in the middle of a sentence begins with its rest.
        var start = Array.LastIndexOf(line, (byte)'$');
        return start < 0 ? null : Nmea.Parse(Encoding.Latin1.GetString(line, start, line.Length - start), notBefore);
    }

    private static Stream OpenSerial(string device, int baud)
    {
#pragma warning disable CA2000 // closing the stream closes the port
        var port = new SerialPort(device, baud) { ReadTimeout = SerialPort.InfiniteTimeout };
#pragma warning restore CA2000
        try
        {
            port.Open();
            return port.BaseStream;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    public override string ToString() => address.ToString();
}
