using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "postgres")]
public sealed class PostgresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_migrations_of_both_databases_are_those_of_the_model()
    {
        using var sqlite = new SqliteDesign().CreateDbContext([]);
        using var postgres = new PostgresDesign().CreateDbContext([]);
        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(postgres.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData("lynceus.db", "no connection string")]
    [InlineData("Host=localhost;Colour=red", "no connection string")]
    [InlineData("Host=localhost;Port=many", "no connection string")]
    [InlineData("Host=localhost", "Host and Database are needed")]
    [InlineData("postgres://lynceus:secret@localhost/lynceus", "no connection string")]
    public void What_is_no_connection_string_is_named_and_never_repeated(string db, string says)
    {
        var fault = Assert.Throws<StartException>(() => RowsSetup.Open("", db));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_the_program_with_a_sentence()
    {
        var db = $"Host=127.0.0.1;Port={TestBroker.FreePort()};Database=lynceus;Username=lynceus;Password=secret";
        var fault = Assert.Throws<StartException>(() => RowsSetup.Open("", db));
        Assert.Matches("^--db: no PostgreSQL answers at 127.0.0.1:[0-9]+: [^\n]*$", fault.Message);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
        var data = Directory.CreateTempSubdirectory("lynceus-cloud-").FullName;
        Assert.Equal(2, await CloudCommand.RunAsync(["hubs", "list", "--data", data, "--db", db]));
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("Username=stranger;Password=wrong", "does not let 'stranger' in")]
    [InlineData("Username=stranger", "wants a password for 'stranger'")]
    public async Task Who_may_not_come_in_is_told_so(string user, string says)
    {
        var known = new NpgsqlConnectionStringBuilder(await TestRows.PostgresAsync("closed"));
        var fault = Assert.Throws<StartException>(() => RowsSetup.Open("", $"Host=127.0.0.1;Port={known.Port};Database=closed;{user}"));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_newer_version_are_left_alone()
    {
        var db = await TestRows.PostgresAsync("newer");
        using (var rows = RowsSetup.Open("", db))
            await rows.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29991231000000_Later', '99.0.0')""", Stop);
        var fault = Assert.Throws<StartException>(() => RowsSetup.Open("", db));
        Assert.Contains("a newer version has written these rows (it knows '29991231000000_Later')", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_PostgreSQL_cannot_hold_is_kept_without_what_it_cannot()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: await InPostgresAsync("texts"));
        await using var hub = await cloud.ConnectAsync("ridge");
        var capture = Some.Kept();
        await hub.SendAsync(capture with { Media = [capture.Media[0] with { Failure = "the\0camera" }] });
        Assert.True((await hub.ReceiptAsync()).Stored);
        using var db = cloud.Rows();
        Assert.Equal("the\uFFFDcamera", db.Media.Single().Failure);
    }

    [Fact]
    public async Task While_the_database_is_away_nothing_is_acknowledged_and_nothing_is_lost()
    {
        await using var server = new PostgresServer();
        await server.StartAsync(Stop);
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Db = $"Host=127.0.0.1;Port={server.Port};Database=lynceus;Username=postgres" });
        await using var hub = await cloud.ConnectAsync("ridge");
        var captures = Enumerable.Range(0, 60).Select(i => Some.Capture("ridge", Some.Bytes(3_000, seed: i))).ToList();
        var sent = new List<Task>();
        for (var i = 0; i < captures.Count; i++)
        {
            sent.Add(hub.SendAsync(captures[i]));
            sent.Add(hub.SendAsync(captures[i].Media[0].MediaID, 0, Some.Bytes(3_000, seed: i)));
            if (i == 20) await Task.WhenAll(sent);
            if (i == 30) await server.KillAsync();
        }
        var late = hub.SendAsync(Some.Capture("ridge", Some.Bytes(10)));
        await Some.UntilAsync("the cloud says that its database is away", async () =>
        {
            using var answer = await cloud.GetAsync("/readyz");
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable
                && (await answer.Content.ReadAsStringAsync(Stop)).Contains("the database does not answer", StringComparison.Ordinal);
        });
        using (var asked = await cloud.GetAsync("/api/v1/media")) Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
        Assert.False(late.IsCompleted);

        await server.StartAsync(Stop);
        await Task.WhenAll(sent).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await late.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        using var db = cloud.Rows();
        Assert.Equal(captures.Count + 1, db.Captures.Count());
        Assert.Equal(captures.Count, db.Tiers.Count(t => t.StoredAt != null));
        using var ready = await cloud.GetAsync("/readyz");
        Assert.Contains("\"broker\":\"up\"", await ready.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_restarted_in_the_middle_of_a_job_costs_no_media_its_result()
    {
        await using var server = new PostgresServer();
        await server.StartAsync(Stop);
        await using var cloud = await RunningCloud.StartAsync(settings: s => Work.Idle(s) with { Db = $"Host=127.0.0.1;Port={server.Port};Database=lynceus;Username=postgres" });
        var clock = new FakeTimeProvider(Some.Noon);
        var work = new Work(cloud, clock);
        var job = await work.JobAsync(await work.MediaAsync(400));
        var looked = 0;
        using var worker = work.Worker(async (_, _) =>
        {
            if (Interlocked.Increment(ref looked) == 150) await server.RestartAsync(Stop);
            return await Work.Sees();
        });
        for (var turn = 0; turn < 2000; turn++)
        {
            try
            {
                if (await worker.TurnAsync(Stop)) continue;
                if (work.Now(job).State == JobState.Done) break;
                clock.Advance(Retry.Lease * 2);
            }
            catch (Exception e) when (Postgres.IsAway(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            }
        }
        Assert.Equal((JobState.Done, 400), (work.Now(job).State, work.Now(job).Done));
        using var db = cloud.Rows();
        Assert.Equal(400, db.Runs.Count(r => r.Source == LookedBy.Cloud));
        Assert.InRange(looked, 400, 700);
    }

    private static async Task<Func<CloudSettings, CloudSettings>> InPostgresAsync(string name)
    {
        var db = await TestRows.PostgresAsync(name);
        return settings => settings with { Db = db };
    }
}
