using System.Buffers;
using System.Text;
using System.Text.Json;
using Lynceus.Contracts;
using Microsoft.AspNetCore.Http;
using MQTTnet;
using MQTTnet.Protocol;

namespace Lynceus.Cloud.Tests;

/// <summary>Each channel, to a real one of its kind.</summary>
public sealed class NoticeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_says_what_where_and_why_in_plain_text_and_names_make_no_lines_of_their_own()
    {
        await using var server = new MailServer();
        using var sending = new NoticeSending(new NoticeTargets { Smtp = server.Target }, TimeProvider.System);
        await sending.SendAsync("mail:ana@example.org", One("Ridge\r\nBcc: all@example.org\r\n\r\nnorth"), Stop);
        var mail = Assert.Single(server.Mails);
        Assert.Equal("Lynceus: Decline of Capreolus capreolus at Ridge  Bcc: all@example.org    north (jura)", mail.Subject);
        Assert.Equal("ana@example.org", mail.To.Mailboxes.Single().Address);
        Assert.Empty(mail.Bcc);
        Assert.Equal("text/plain", mail.Body!.ContentType.MimeType);
        Assert.Contains("3 events expected 11.2", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("n1@lynceus.example.org", mail.MessageId);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
    }

    [Fact]
    public async Task Many_alarms_are_one_mail()
    {
        await using var server = new MailServer();
        using var sending = new NoticeSending(new NoticeTargets { Smtp = server.Target }, TimeProvider.System);
        await sending.SendAsync("mail:ana@example.org", new Notice("n2", [.. Enumerable.Range(0, 40).Select(i => One($"ridge {i}").Alarms[0])]), Stop);
        var mail = Assert.Single(server.Mails);
        Assert.Equal("Lynceus: 40 alarms: Decline of Capreolus capreolus at ridge 0 (jura), and others", mail.Subject);
        Assert.Contains("ridge 39", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_mail_server_says_is_the_fault_and_a_password_goes_only_where_it_is_right()
    {
        await using var refusing = new MailServer { Refusing = 1 };
        Assert.Contains("the server refused: 550 come back later", await FaultAsync(new NoticeTargets { Smtp = refusing.Target }, "mail:ana@example.org"), StringComparison.Ordinal);
        await using var server = new MailServer(password: "right");
        Assert.Contains($"127.0.0.1:{server.Port}: ", await FaultAsync(new NoticeTargets { Smtp = server.Target with { User = "ana", Password = "wrong" } }, "mail:ana@example.org"), StringComparison.Ordinal);
        using (var sending = new NoticeSending(new NoticeTargets { Smtp = server.Target with { User = "ana", Password = "right" } }, TimeProvider.System)) await sending.SendAsync("mail:ana@example.org", One(), Stop);
        Assert.Single(server.Mails);
        Assert.Contains("refused", await FaultAsync(new NoticeTargets { Smtp = server.Target with { Port = MailServer.FreePort() } }, "mail:ana@example.org"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("cloud run --smtp", await FaultAsync(new NoticeTargets(), "mail:ana@example.org"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_is_signed_follows_no_redirect_and_says_what_came_back()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using (var sending = new NoticeSending(receiver.Targets, TimeProvider.System)) await sending.SendAsync("webhook", One(), Stop);
        var told = Assert.Single(receiver.Told);
        Assert.Equal(("n1", 7), (told.GetProperty("noticeID").GetString(), told.GetProperty("alarms")[0].GetProperty("alarmID").GetInt64()));
        Assert.Equal(("decline", "Capreolus capreolus", "2026-05-11"), (told.GetProperty("alarms")[0].GetProperty("kind").GetString(), told.GetProperty("alarms")[0].GetProperty("scientificName").GetString(), told.GetProperty("alarms")[0].GetProperty("firstDay").GetString()));
        Assert.False(told.GetProperty("alarms")[0].TryGetProperty("notices", out _)); // addresses of others are nobody's business
        using (var forging = new NoticeSending(receiver.Targets with { WebhookSecret = "another secret, as long as it" }, TimeProvider.System)) await forging.SendAsync("webhook", One(), Stop);
        Assert.Equal(1, receiver.Forged);
        receiver.Answer = StatusCodes.Status302Found;
        Assert.Equal("127.0.0.1 answered 302; redirects are not followed, name the address that it leads to", await FaultAsync(receiver.Targets, "webhook"));
        receiver.Answer = StatusCodes.Status500InternalServerError;
        Assert.Equal("127.0.0.1 answered 500", await FaultAsync(receiver.Targets, "webhook"));
        Assert.Single(receiver.Told);
        Assert.StartsWith("127.0.0.1: ", await FaultAsync(receiver.Targets with { Webhook = new Uri($"http://127.0.0.1:{MailServer.FreePort()}/") }, "webhook"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_broker_a_named_listener_hears_alarms_and_no_hub_else_hears_or_says_them()
    {
        await using var cloud = await RunningCloud.StartAsync(settings: s => s with { Workers = 0, Notices = new NoticeTargets { Listeners = ["siren"] } });
        var heard = new TaskCompletionSource<byte[]>();
        using var siren = new MqttClientFactory().CreateMqttClient();
        siren.ApplicationMessageReceivedAsync += message =>
        {
            heard.TrySetResult(message.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        await siren.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", cloud.MqttPort).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).WithClientId("siren").Build(), Stop);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, (await siren.SubscribeAsync(NoticeTargets.AlarmTopic, MqttQualityOfServiceLevel.AtLeastOnce, Stop)).Items.Single().ResultCode);
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, (await siren.SubscribeAsync("ct/v1/#", MqttQualityOfServiceLevel.AtLeastOnce, Stop)).Items.Single().ResultCode);
        using var ridge = new MqttClientFactory().CreateMqttClient();
        await ridge.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", cloud.MqttPort).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).WithClientId("ridge").Build(), Stop);
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, (await ridge.SubscribeAsync(NoticeTargets.AlarmTopic, MqttQualityOfServiceLevel.AtLeastOnce, Stop)).Items.Single().ResultCode);
        Assert.False((await ridge.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(NoticeTargets.AlarmTopic).WithPayload("{}").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), Stop)).IsSuccess);
        await cloud.Get<NoticeSending>().SendAsync("mqtt", One(), Stop);
        using var json = JsonDocument.Parse(await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Equal("n1", json.RootElement.GetProperty("noticeID").GetString());
        Assert.False(Ids.IsHub("$alarms")); // so none can have the topic below its name
    }

    [Fact]
    public void The_signature_is_the_published_HMAC_of_time_and_body()
        => Assert.Equal("t=1700000000,v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes("key"), Encoding.UTF8.GetBytes("1700000000.{}"))), Webhook.Signature("key", 1_700_000_000, Encoding.UTF8.GetBytes("{}")));

    [Theory]
    [InlineData("--smtp", "mail.example.org")]
    [InlineData("--smtp", "mail.example.org:0")]
    [InlineData("--smtp", "mail.example.org:587")]
    [InlineData("--smtp-from", "nobody")]
    [InlineData("--smtp-user", "ana")]
    [InlineData("--webhook", "ftp://example.org/")]
    [InlineData("--webhook", "https://user:secret@example.org/")]
    [InlineData("--alarm-listener", "Not A Hub")]
    public async Task What_no_channel_can_be_is_refused_at_the_start(string option, string value)
        => Assert.Equal(2, await CloudCommand.RunAsync(["run", "--data", "nowhere", option, value]));

    private static Notice One(string location = "ridge") => new("n1", [AlarmView.From(new AlarmRow
    {
        Id = 7, Kind = AlarmKind.Decline, Series = "", Key = "", Project = "jura", Species = "Capreolus capreolus", Location = "L1", LocationName = location, FirstDay = new DateOnly(2026, 5, 11), LastDay = new DateOnly(2026, 5, 17),
        Says = "3 events expected 11.2 ± 3.4, effort unchanged, same model",
    })]);

    private static async Task<string> FaultAsync(NoticeTargets targets, string channel)
    {
        using var sending = new NoticeSending(targets, TimeProvider.System);
        return (await Assert.ThrowsAsync<NoticeFault>(() => sending.SendAsync(channel, One(), Stop))).Message;
    }
}
