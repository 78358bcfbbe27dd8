using System.Collections.Concurrent;
using System.CommandLine;
using System.Text.Json;
using Lynceus.Contracts;
using Lynceus.Vision;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Lynceus.Edge;

/// <summary>What a replay did, as the last line of its output. Captures are counted, except where a name says otherwise.</summary>
/// <param name="Frames">Files on the card that a camera took.</param>
/// <param name="Captures">Sequences of them; sent + kept + dropped.</param>
/// <param name="Sent">Captures whose pictures go to the cloud.</param>
/// <param name="Kept">Captures whose record alone goes to the cloud.</param>
/// <param name="Dropped">Captures that are only counted.</param>
/// <param name="Audited">Those of the dropped whose pictures are sent to measure what is missed.</param>
/// <param name="Acknowledged">Captures (sent, kept or audited) that the cloud says it has stored.</param>
/// <param name="Failed">Files that could not be looked at, folders that could not be read, and captures that the cloud refused.</param>
/// <param name="BytesCaptured">Bytes of the files on the card.</param>
/// <param name="BytesSent">Payload bytes on the wire, records and repeats included.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="FramesSent">Files whose pictures go to the cloud.</param>
/// <param name="Duplicates">Files that are on the card more than once, byte for byte; they are taken once.</param>
internal sealed record ReplaySummary(
    int Frames, int Captures, int Sent, int Kept, int Dropped, int Audited, long Acknowledged, long Failed, long BytesCaptured, long BytesSent, double Seconds, int FramesSent, int Duplicates);

/// <summary><c>edge replay</c>: an SD card goes the whole way, as if its cameras had just captured it.</summary>
internal static class ReplayCommand
{
    public static Command Create(bool inDetail)
    {
        var folder = Arguments.Folder("The card: a folder of photographs and videos, with one folder a camera.");
        var cloud = Arguments.Cloud();
        var hub = Arguments.Hub();
        var camera = Arguments.Camera();
        var zone = Arguments.TimeZone();
        var data = Arguments.Data();
        var gate = new GateArguments();
        var patience = new Option<int>("--patience") { Description = "Give up (exit code 1) after so many seconds without any acknowledgement. What was not sent stays in the data folder and goes with the next replay.", DefaultValueFactory = _ => 300, HelpName = "SECONDS" };
        var certificate = new Option<string>("--certificate") { Description = "The file that cloud hubs add wrote, for mqtts:// and https://.", DefaultValueFactory = _ => "", HelpName = "FILE" };
        var command = new Command("replay", Arguments.Describe("Treats a folder of photographs and clips (an SD card) as what cameras captured: gates it, and sends what shows animals to the cloud.", inDetail, """
            Files of one camera within 120 s are one capture. The camera is the first folder below FOLDER (DCIM and 100RECNX do not count).
            The card is only read, never changed. A replay may be stopped at any time and started again: nothing is sent twice.
            Ends when everything that should be sent is acknowledged; the last line on stdout is a JSON summary. Exit code 0 only then.

            Example:  edge replay /media/card --cloud mqtt://127.0.0.1:1883 --hub valley-1
            """)) { folder, cloud, hub, camera, zone, data, patience, certificate };
        gate.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var options = new HubOptions { Name = parsed.GetValue(hub)!, TimeZone = parsed.GetValue(zone)!, Data = parsed.GetValue(data) ?? Arguments.DefaultData(parsed.GetValue(hub)!) };
            var uplink = new UplinkOptions { Cloud = parsed.GetValue(cloud)!, Password = Arguments.Password(), Certificate = parsed.GetValue(certificate)!, EffortEverySeconds = 0, LongestBackoffSeconds = 15 };
            OptionsCheck.Validate(new ValidateHubOptions(), options);
            OptionsCheck.Validate(new ValidateUplinkOptions(), uplink);
            // On a terminal the bar says what the link's trouble is; lines of a log would tear it apart.
            using var logs = Logs.ToStderr(Console.IsErrorRedirected ? LogLevel.Warning : LogLevel.Error);
            return await new Replay(options, uplink, gate.Read(parsed), TimeProvider.System, logs)
                .RunAsync(parsed.GetValue(folder)!.FullName, parsed.GetValue(camera), TimeSpan.FromSeconds(Math.Max(1, parsed.GetValue(patience))), stop);
        });
        return command;
    }
}

/// <summary>One replay: the gate fills the spool while the uplink empties it.</summary>
internal sealed class Replay(HubOptions hub, UplinkOptions uplinkOptions, GateOptions gateOptions, TimeProvider time, ILoggerFactory logs)
{
    private (int Frames, int Captures, int Sent, int Kept, int Dropped, int Audited, int Failed, int FramesSent, int Duplicates) n;
    private readonly HashSet<Guid> taken = [];
    private long bytesCaptured;
    private int frames;

    public async Task<int> RunAsync(string folder, string? cameraID, TimeSpan patience, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        using var gate = new Gate(ModelCatalog.Load().OpenGate(gateOptions), gateOptions);
        using var spool = new Spool(hub.Data, logs.CreateLogger<Spool>());
        using var effort = new EffortCounts(hub.Data, time, logs.CreateLogger<EffortCounts>());
        var identity = new HubIdentity(hub, spool.Seq.Epoch, gate.Version, time);
        var uplink = UplinkSetup.Create(new UplinkParts(spool, effort, identity, hub, uplinkOptions) { Time = time, Logs = logs });
        // What an earlier replay left in the spool may be acknowledged before the gate comes to it again: a capture counts once.
        var acknowledged = new ConcurrentDictionary<Guid, bool>();
        uplink.OnAcknowledged = id => acknowledged[id] = true;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = uplink.RunAsync(end.Token);
        try
        {
            await Progress.RunAsync(async progress =>
            {
                await GateCardAsync(folder, cameraID, new Intake(gate, spool, effort, identity), progress, stop);
                effort.Flush();
                await SettleAsync(spool, effort, uplink, patience, progress, stop);
            });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped. What was not sent stays in the data folder; the same command goes on with it.");
        }
        await end.CancelAsync();
        await sending;
        var complete = spool.Pending == 0 && effort.Waiting == 0 && !stop.IsCancellationRequested;
        var summary = new ReplaySummary(n.Frames, n.Captures, n.Sent, n.Kept, n.Dropped, n.Audited, taken.Count(acknowledged.ContainsKey), n.Failed + uplink.Refused,
            bytesCaptured, uplink.BytesSent, Math.Round(time.GetElapsedTime(started).TotalSeconds, 2), n.FramesSent, n.Duplicates);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(summary, EdgeJson.Default.ReplaySummary));
        return complete && uplink.Refused == 0 ? 0 : 1;
    }

    private async Task GateCardAsync(string folder, string? cameraID, Intake intake, ProgressContext progress, CancellationToken stop)
    {
        var (files, unreadable) = await Card.ReadAsync(folder, cameraID, hub.Zone, progress);
        n.Failed += unreadable;
        var task = progress.AddTask("Gate", maxValue: Math.Max(1, files.Count));
        foreach (var sequence in Card.Sequences(files))
        {
            var clip = Card.ToClip(sequence, hub.Name, "card", gateOptions);
            n.Frames += sequence.Count;
            bytesCaptured += sequence.Sum(f => f.Bytes);
            // The same pictures under another name are the same capture.
            if (taken.Add(clip.CaptureID)) Count(clip, await intake.TakeAsync(clip, stop));
            n.Duplicates = n.Frames - frames;
            task.Increment(sequence.Count);
            task.Description = $"Gate: {n.Sent} sent, {n.Kept} kept, {n.Dropped} dropped";
        }
    }

    private void Count(Clip clip, Decision decision)
    {
        frames += clip.Frames.Count;
        n.Captures++;
        n.Failed += decision.Frames.Count(f => f.Look.Failure is not null);
        if (decision.Audit is not null) n.Audited++;
        if (decision.SendsPictures) n.FramesSent += clip.Frames.Count;
        switch (decision.Vote.Verdict)
        {
            case Verdict.Send: n.Sent++; break;
            case Verdict.Keep: n.Kept++; break;
            default: n.Dropped++; break;
        }
    }

    /// <summary>Waits until the cloud has everything, or has said nothing for too long.</summary>
    private async Task SettleAsync(Spool spool, EffortCounts effort, Uplink uplink, TimeSpan patience, ProgressContext progress, CancellationToken stop)
    {
        int ToGo() => spool.Pending + effort.Waiting;
        var most = ToGo();
        var task = progress.AddTask("Send", maxValue: Math.Max(1, most));
        while (ToGo() > 0)
        {
            if (uplink.Silence > patience)
            {
                await Console.Error.WriteLineAsync($"The cloud at {uplinkOptions.Cloud} acknowledged nothing for {patience.TotalSeconds:0} s"
                    + $"{(uplink.LinkTrouble is { } trouble ? $" ({trouble})" : "")}. {spool.Pending} captures wait in {hub.Data}; the same command goes on with them.");
                return;
            }
            task.Value = most - ToGo();
            task.Description = Markup.Escape(uplink.LinkTrouble is { } why ? $"No link: {why}" : $"Send: {spool.Pending} captures, {effort.Waiting} hours of counts to go");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
        }
    }
}
