using Microsoft.Extensions.Logging.Abstractions;

namespace Lynceus.Edge.Tests;

public sealed class TriggerRequestsTests : IDisposable
{
    private readonly string data = Some.Folder();

    [Fact]
    public async Task A_card_that_does_not_take_the_folder_of_requests_at_the_start_ends_no_hub_and_requests_are_answered_later()
    {
        var folder = TriggerRequests.Folder(data);
        await File.WriteAllTextAsync(folder, "in the way", TestContext.Current.CancellationToken);
        using var requests = new TriggerRequests(new HubOptions { Data = data }, new HandSensors(TimeProvider.System), TimeProvider.System, NullLogger<TriggerRequests>.Instance);
        await requests.StartAsync(TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(requests.ExecuteTask!.IsCompleted);
        File.Delete(folder);
        await Some.Until(() => Directory.Exists(folder));
        await File.WriteAllTextAsync(Path.Combine(folder, $"1{TriggerRequests.Asked}"), "cam", TestContext.Current.CancellationToken);
        await Some.Until(() => File.Exists(Path.Combine(folder, $"1{TriggerRequests.Answered}")));
        await requests.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
