using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;

namespace Lynceus.Edge;

/// <summary>
/// Carries MQTT on a connection that stands already, one packet a write: a thin link pays for every segment and every TLS record.
/// It hears who answers first: a broker's first word is its CONNACK or AUTH, and what begins otherwise is a stranger.
/// </summary>
internal sealed class MqttChannel(Dialled dialled) : IMqttChannel, IMqttClientAdapterFactory
{
    private const byte ConnAck = 0x20, Auth = 0xf0;
    private const int MostOfAStranger = 256;
    private bool greeted;
    private long heard;

    /// <summary>The beginning of what somebody said who is no broker.</summary>
    public string? Stranger { get; private set; }

    /// <summary>The other end closed before it said anything.</summary>
    public bool ClosedInSilence { get; private set; }

    public long WireBytes => dialled.Wire.Bytes;

    /// <summary>Grows whenever the other end says anything.</summary>
    public long Heard => Interlocked.Read(ref heard);

    public bool IsSecureConnection => dialled.Tls is not null;
    public X509Certificate2? ClientCertificate => null;
    public EndPoint? RemoteEndPoint => null;
    public EndPoint? LocalEndPoint => null;

    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
        => new MqttChannelAdapter(this, new MqttPacketFormatterAdapter(options.ProtocolVersion, new MqttBufferWriter(4096, 65535)), logger) { AllowPacketFragmentation = false };

    /// <summary>It stands already.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task DisconnectAsync(CancellationToken cancellationToken) => await dialled.Stream.DisposeAsync();

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        var read = await dialled.Stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
        Interlocked.Add(ref heard, read);
        if (greeted) return read;
        greeted = true;
        if (read == 0) ClosedInSilence = true;
        else if (buffer[offset] is not (ConnAck or Auth)) await HearOutAsync(buffer.AsMemory(offset, read), cancellationToken);
        return read;
    }

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        try
        {
            if (buffer.IsSingleSegment) await dialled.Stream.WriteAsync(buffer.First, cancellationToken);
            else await WriteWholeAsync(buffer, cancellationToken);
        }
        catch (IOException) when (!greeted && dialled.Tls is not null)
        {
            // Why the other end closed stands in an alert that is still to be read: reading throws it.
            await dialled.Stream.ReadExactlyAsync(new byte[1], cancellationToken);
            throw;
        }
    }

    public void Dispose() => dialled.Stream.Dispose();

    private async Task WriteWholeAsync(ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        var whole = ArrayPool<byte>.Shared.Rent((int)buffer.Length);
        try
        {
            buffer.CopyTo(whole);
            await dialled.Stream.WriteAsync(whole.AsMemory(0, (int)buffer.Length), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private async Task HearOutAsync(ReadOnlyMemory<byte> beginning, CancellationToken cancellationToken)
    {
        Stranger = Encoding.Latin1.GetString(beginning.Span);
        var more = new byte[MostOfAStranger];
        var length = await dialled.Stream.ReadAsync(more, cancellationToken);
        Stranger += Encoding.Latin1.GetString(more, 0, length);
        throw new InvalidDataException("no broker answers");
    }
}
