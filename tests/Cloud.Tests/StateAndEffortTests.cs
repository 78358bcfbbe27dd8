using Lynceus.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class StateAndEffortTests
{
    [Fact]
    public async Task A_hub_that_vanishes_is_offline_by_its_will()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge", will: Some.State(false, 4));
        await hub.SendAsync(Some.State(true, 4));
        Assert.True((await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
        hub.Vanish();
        await Some.UntilAsync("offline", async () => !(await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
        Assert.Equal("0.1.0", (await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("softwareVersion").GetString());
    }

    [Fact]
    public async Task A_will_that_overtakes_the_next_birth_is_ignored()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        await hub.SendAsync(Some.State(true, 1));
        await hub.SendAsync(Some.State(true, 7));
        await hub.SendAsync(Some.State(false, 1)); // of the connection before
        await hub.SendAsync(Some.State(false, 99, epoch: "card-0")); // of the card before
        Assert.True((await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
        await hub.SendAsync(Some.State(false, 7));
        Assert.False((await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("online").GetBoolean());
    }

    [Fact]
    public async Task A_state_that_a_broker_kept_says_what_was_and_is_no_sign_of_life()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var (first, ingest) = (DateTime.UtcNow.AddDays(-9), cloud.Get<Ingest>());
        await using (var hub = await cloud.ConnectAsync("ridge")) await hub.SendAsync(Some.State(false, 4));
        await using (var db = cloud.Rows())
        {
            await db.Hubs.ExecuteUpdateAsync(h => h.SetProperty(x => x.LastSeen, first).SetProperty(x => x.StateAt, first), TestContext.Current.CancellationToken);
        }
        async Task<HubRow> HearAsync(bool online, long seq, bool retained)
        {
            await await ingest.EnqueueAsync("ridge", "ct/v1/ridge/state", Wire.Write(Some.State(online, seq)), (_, _) => Task.CompletedTask, retained);
            await using var db = cloud.Rows();
            return db.Hubs.Single();
        }
        var heard = await HearAsync(online: false, 4, retained: true);
        Assert.Equal(first, heard.LastSeen, TimeSpan.FromSeconds(1));
        Assert.Equal(first, heard.StateAt!.Value, TimeSpan.FromSeconds(1));
        heard = await HearAsync(online: true, 5, retained: true); // said while the cloud was away
        Assert.True(heard.Online);
        Assert.Equal(first, heard.LastSeen, TimeSpan.FromSeconds(1));
        Assert.InRange((await HearAsync(online: true, 5, retained: false)).LastSeen, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow);
    }

    [Theory]
    [InlineData(null, 0, false, "card-1", false, 3, true)]
    [InlineData("card-1", 3, true, "card-1", true, 4, true)]
    [InlineData("card-1", 3, false, "card-1", true, 4, true)]
    [InlineData("card-1", 3, true, "card-1", false, 3, true)]
    [InlineData("card-1", 3, true, "card-1", true, 3, true)]
    [InlineData("card-1", 3, false, "card-1", false, 3, true)]
    [InlineData("card-1", 3, false, "card-1", true, 3, false)]
    [InlineData("card-1", 3, true, "card-1", true, 2, false)]
    [InlineData("card-1", 3, true, "card-1", false, 2, false)]
    [InlineData("card-1", 3, true, "card-2", true, 0, true)]
    [InlineData("card-1", 3, true, "card-2", false, 9, false)]
    public void A_state_holds_unless_it_is_behind(string? epoch, long seq, bool online, string newEpoch, bool newOnline, long newSeq, bool holds)
        => Assert.Equal(holds, StateRule.Holds(epoch, seq, online, Some.State(newOnline, newSeq, newEpoch)));

    [Fact]
    public async Task Effort_counts_replace_and_never_add()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await using var hub = await cloud.ConnectAsync("ridge");
        foreach (var (revision, triggers) in ((long, int)[])[(1, 10), (2, 25), (2, 25), (1, 10)]) await hub.SendAsync(Some.Effort(revision, triggers));
        Assert.Equal([1L, 2L, 2L, 2L], [(await hub.ReceiptAsync()).Revision, (await hub.ReceiptAsync()).Revision, (await hub.ReceiptAsync()).Revision, (await hub.ReceiptAsync()).Revision]);
        var effort = (await cloud.GetJsonAsync("/api/v1/hubs"))[0].GetProperty("effort");
        Assert.Equal((25, 20), (effort.GetProperty("triggers").GetInt32(), effort.GetProperty("dropsByReason").GetProperty("empty").GetInt32()));
        var hours = (await cloud.GetJsonAsync("/api/v1/hubs/ridge/effort")).GetProperty("items");
        Assert.Equal(1, hours.GetArrayLength());
        Assert.Equal("2026-05-17T12:00:00+02:00", hours[0].GetProperty("hour").GetString());
    }
}
