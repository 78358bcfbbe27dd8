using Lynceus.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The way to the cloud, put together.</summary>
internal static class UplinkSetup
{
    public static void AddUplink(this HostApplicationBuilder builder)
    {
        builder.AddSection<UplinkOptions, ValidateUplinkOptions>("Uplink");
        builder.AddSection<LinkOptions, ValidateLinkOptions>("Link").AddSingleton<IValidateOptions<LinkOptions>, LinkRules>();
        var services = builder.Services;
        services.AddSingleton(s => new CloudAccepts(s.GetRequiredService<HubOptions>().Data));
        services.AddSingleton(s => Create(new UplinkParts(s.GetRequiredService<Spool>(), s.GetRequiredService<EffortCounts>(), s.GetRequiredService<HubIdentity>(),
            s.GetRequiredService<HubOptions>(), s.GetRequiredService<UplinkOptions>())
        {
            Link = s.GetRequiredService<LinkOptions>(),
            Accepts = s.GetRequiredService<CloudAccepts>(),
            Now = s.GetRequiredService<HubNow>(),
            Feed = s.GetService<HubFeed>(),
            Standing = s.GetRequiredService<Standing>(),
            Liveness = s.GetRequiredService<Liveness>(),
            Time = s.GetRequiredService<TimeProvider>(),
            Logs = s.GetRequiredService<ILoggerFactory>(),
        }));
        services.AddHostedService<UplinkLoop>();
    }

    /// <summary>Puts an uplink together. What is already in the spool waits in it at once.</summary>
    public static Uplink Create(UplinkParts parts)
    {
        var (zone, time) = (parts.Hub.Zone, parts.Time);
        Schedule.TryParse(parts.Link.Hours, zone, parts.Hub.Position, out var hours, out _);
        var plan = new SendPlan(parts.Link, hours ?? new Schedule([], zone, null), zone);
        var ledger = new LinkLedger(parts.Hub.Data, parts.Link, zone, time, parts.Logs.CreateLogger<LinkLedger>());
        var queue = new SendQueue(plan, parts.Link, ledger, time) { Claim = parts.Spool.TryClaim };
        var (accepts, seen) = (parts.Accepts ?? new CloudAccepts(parts.Hub.Data), new LinkTroublesSeen());
        var heartbeat = parts.Now is null ? null : new Heartbeat(parts.Spool, queue, ledger, parts.Identity, parts.Now) { Options = parts.Link, Plan = plan, Seen = seen, Time = time, Feed = parts.Feed };
        var requests = heartbeat is null ? null : new Requests(parts.Hub.Data, parts.Spool, time, parts.Logs.CreateLogger<Requests>())
        {
            Diagnostics = heartbeat.Diagnostics,
            ClockIsGood = () => parts.Now!.Clock.Quality != ClockQuality.Unset,
        };
        parts.Spool.Entered = capture => Enter(parts.Spool, queue, capture, isNew: true);
        parts.Spool.Changed = capture =>
        {
            requests?.Missing(capture);
            Enter(parts.Spool, queue, capture, isNew: false);
        };
        parts.Spool.Left = capture =>
        {
            queue.Leave(capture);
            if (capture.Place == SpoolPlace.Gone) requests?.Gone(capture.CaptureID);
        };
        foreach (var capture in parts.Spool.Captures) Enter(parts.Spool, queue, capture, isNew: false);
        var carrier = new Carrier(parts.Spool, queue, plan, accepts)
        {
            Identity = parts.Identity, Options = parts.Uplink, Time = time, OnStored = requests is null ? null : requests.Stored,
        };
        var reports = new Reports(parts.Effort, parts.Identity, parts.Uplink, accepts, time) { Requests = requests, Heartbeat = heartbeat };
        return new Uplink(carrier, reports, queue, plan, ledger)
        {
            Spool = parts.Spool,
            Identity = parts.Identity,
            Options = parts.Uplink,
            Time = time,
            Log = parts.Logs.CreateLogger<Uplink>(),
            Inbox = new LinkInbox { OnReceipt = receipt => Take(receipt, accepts, requests), OnRequest = requests is null ? null : requests.Take },
            Standing = parts.Standing,
            Liveness = parts.Liveness,
            Seen = seen,
        };
    }

    /// <summary>Of which nothing is due any more (the power went in between, or what was asked for is there already) is done.</summary>
    private static void Enter(Spool spool, SendQueue queue, SpooledCapture capture, bool isNew)
    {
        if (capture.RecordStored && !queue.Due(capture).Any() && spool.TryClaim(capture))
        {
            if (spool.Done(capture)) return;
            spool.PutBack(capture);
        }
        queue.Enter(capture, isNew);
    }

    private static void Take(Receipt receipt, CloudAccepts accepts, Requests? requests)
    {
        accepts.Take(receipt);
        if (receipt.RequestID is { } id) requests?.Acknowledge(id);
    }

    private sealed class UplinkLoop(Uplink uplink) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => uplink.RunAsync(stoppingToken);
    }
}

/// <summary>What an uplink is put together of.</summary>
internal sealed record UplinkParts(Spool Spool, EffortCounts Effort, HubIdentity Identity, HubOptions Hub, UplinkOptions Uplink)
{
    /// <summary>By default everything is sent, at any time and price: what a replay wants.</summary>
    public LinkOptions Link { get; init; } = new() { UpTo = UpTo.Clip, DoubtfulUpTo = UpTo.Clip };
    public CloudAccepts? Accepts { get; init; }

    /// <summary>Without it there are neither heartbeats nor requests.</summary>
    public HubNow? Now { get; init; }
    public HubFeed? Feed { get; init; }
    public Standing? Standing { get; init; }
    public Liveness? Liveness { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ILoggerFactory Logs { get; init; } = NullLoggerFactory.Instance;
}
