using Npgsql;

[assembly: AssemblyFixture(typeof(Lynceus.Cloud.Tests.TestRows))]

namespace Lynceus.Cloud.Tests;

/// <summary>
/// Where the clouds of a run of tests keep their rows: in SQLite, or with LYNCEUS_TEST_DB=postgres in a PostgreSQL that is started once for the run,
/// a database to each data folder. Where PostgreSQL is not installed those tests skip and say so.
/// </summary>
public sealed class TestRows : IAsyncDisposable
{
    private const string Template = "lynceus_template";
    private readonly SemaphoreSlim one = new(1);
    private readonly HashSet<string> made = [];
    private PostgresServer? server;

    public static bool InPostgres { get; } = Environment.GetEnvironmentVariable("LYNCEUS_TEST_DB") == "postgres";

    /// <summary>The connection string for a data folder; null for SQLite.</summary>
    public static async Task<string?> OfAsync(string data) => InPostgres ? await (await ThisAsync()).MakeAsync(Name(data)) : null;

    /// <summary>A database of its own, whatever the run is on.</summary>
    public static async Task<string> PostgresAsync(string name) => await (await ThisAsync()).MakeAsync(name);

    /// <summary>What a command needs beside <c>--data</c>.</summary>
    public static async Task<string[]> ArgumentsAsync(string data) => await OfAsync(data) is { } db ? ["--db", db] : [];

    public static async Task DropAsync(string data)
    {
        if (!InPostgres) return;
        var rows = await ThisAsync();
        if (!rows.made.Remove(Name(data))) return;
        await rows.SayAsync($"DROP DATABASE IF EXISTS \"{Name(data)}\" WITH (FORCE)");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (server is not null) await server.DisposeAsync();
        one.Dispose();
    }

    private static string Name(string data) => Path.GetFileName(data.TrimEnd('/'));

    private static async Task<TestRows> ThisAsync() => (await TestContext.Current.GetFixture<TestRows>())!;

    private async Task<string> MakeAsync(string name)
    {
        await one.WaitAsync();
        try
        {
            if (server is null)
            {
                var started = new PostgresServer();
                await started.StartAsync(TestContext.Current.CancellationToken);
                server = started;
                RowsSetup.Open("", Connection(Template) + ";Pooling=false").Dispose();
            }
            if (made.Add(name)) await SayAsync($"CREATE DATABASE \"{name}\" TEMPLATE {Template}");
            return Connection(name);
        }
        finally
        {
            one.Release();
        }
    }

    private string Connection(string database) => $"Host=127.0.0.1;Port={server!.Port};Database={database};Username=postgres";

    private async Task SayAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names of this run
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
