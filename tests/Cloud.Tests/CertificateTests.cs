using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;

namespace Lynceus.Cloud.Tests;

[Trait("Rows", "any")]
public sealed class CertificateTests
{
    [Fact]
    public async Task A_hub_is_who_its_certificate_says()
    {
        await using var cloud = await StartAsync();
        var pem = await HubPem.AddAsync(cloud.Data, "ridge");
        await using var hub = await cloud.ConnectAsync("ridge", pem);
        var capture = Some.Kept();
        Assert.True((await hub.SendAsync(capture)).IsSuccess);
        Assert.True((await hub.ReceiptAsync()).Stored);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await hub.SendAsync(Some.Kept("valley"))).ReasonCode);

        async Task<MqttClientConnectResultCode> RefusedAsync(string? clientId, Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder> change)
            => (await Assert.ThrowsAsync<RefusedException>(() => Hub.ConnectAsync(cloud.MqttsPort, "ridge", clientId, change: change))).Code;
        Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, await RefusedAsync("valley", pem.Tls));
        Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, await RefusedAsync("ridge-2", pem.Tls));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, await RefusedAsync("valley", o => pem.Tls(o).WithCredentials("valley", "")));
        await using var second = await cloud.ConnectAsync("ridge", pem, clientId: "ridge/doctor");
        Assert.True((await second.SendAsync(Some.Kept())).IsSuccess);
        Assert.True(hub.IsConnected);
    }

    [Fact]
    public async Task Without_a_certificate_of_this_cloud_or_with_old_TLS_nobody_comes_in()
    {
        await using var cloud = await StartAsync();
        await using var other = await StartAsync();
        var (pem, foreign) = (await HubPem.AddAsync(cloud.Data, "ridge"), await HubPem.AddAsync(other.Data, "ridge"));
        async Task RefusedAsync(Func<MqttClientOptionsBuilder, MqttClientOptionsBuilder> change)
            => Assert.IsNotType<RefusedException>(await Assert.ThrowsAnyAsync<Exception>(() => Hub.ConnectAsync(cloud.MqttsPort, "ridge", change: change)));

        await RefusedAsync(o => o); // no TLS at all
        await RefusedAsync(o => o.WithTlsOptions(tls => tls.UseTls().WithSslProtocols(SslProtocols.Tls13).WithCertificateValidationHandler(_ => true)));
        await RefusedAsync(o => foreign.Tls(o).WithTlsOptions(tls => Trusting(tls, foreign)));
        await RefusedAsync(o => pem.Tls(o, SslProtocols.Tls12));
        await using var hub = await cloud.ConnectAsync("ridge", pem);
        Assert.True(hub.IsConnected);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_or_is_in_no_row_opens_nothing()
    {
        await using var cloud = await StartAsync();
        var past = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-2));
        using var authority = CertificateAuthority.Open(cloud.Data, past);
        using (var db = cloud.Rows()) await File.WriteAllTextAsync(Path.Combine(cloud.Data, "ended.pem"), HubCertificates.Add(db, authority, "ridge", TimeSpan.FromHours(1)).Pem, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => cloud.ConnectAsync("ridge", new HubPem(Path.Combine(cloud.Data, "ended.pem"))));

        var unknown = await HubPem.AddAsync(cloud.Data, "valley");
        using (var db = cloud.Rows())
        {
            db.Remove(db.HubCertificates.Single(c => c.Hub == "valley"));
            db.SaveChanges();
        }
        var refused = await Assert.ThrowsAsync<RefusedException>(() => cloud.ConnectAsync("valley", unknown));
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, refused.Code);
    }

    [Fact]
    public async Task A_revoked_hub_is_cut_off_within_seconds_and_hears_that_it_is_banned()
    {
        await using var cloud = await StartAsync();
        var (ridge, valley) = (await HubPem.AddAsync(cloud.Data, "ridge"), await HubPem.AddAsync(cloud.Data, "valley"));
        await using var hub = await cloud.ConnectAsync("ridge", ridge);
        await using var stays = await cloud.ConnectAsync("valley", valley);

        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "revoke", "ridge", "--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        await Some.UntilAsync("the connection is closed", () => Task.FromResult(!hub.IsConnected));
        Assert.True(stays.IsConnected);
        Assert.Equal(MqttClientConnectResultCode.Banned, (await Assert.ThrowsAsync<RefusedException>(() => cloud.ConnectAsync("ridge", ridge))).Code);
        Assert.Equal(1, await CloudCommand.RunAsync(["hubs", "revoke", "ridge", "--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)])); // nothing more to revoke

        await using var again = await cloud.ConnectAsync("ridge", await HubPem.AddAsync(cloud.Data, "ridge", "new.pem"));
        Assert.True((await again.SendAsync(Some.Kept())).IsSuccess);
    }

    [Fact]
    public async Task A_new_password_ends_what_the_old_one_opened()
    {
        await using var cloud = await RunningCloud.StartAsync();
        string Password()
        {
            using var db = cloud.Rows();
            return HubCredentials.Add(db, "ridge", TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        await using var old = await cloud.ConnectAsync("ridge", password: Password());
        await using var renewed = await cloud.ConnectAsync("ridge", clientId: "ridge/2", password: Password());
        await Some.UntilAsync("the old connection is closed", () => Task.FromResult(!old.IsConnected));
        Assert.True(renewed.IsConnected);
    }

    [Fact]
    public async Task What_hubs_add_writes_is_for_its_owner_and_replaces_nothing()
    {
        await using var cloud = await RunningCloud.StartAsync();
        var pem = await HubPem.AddAsync(cloud.Data, "ridge");
        var text = await File.ReadAllTextAsync(pem.Path, TestContext.Current.CancellationToken);
        Assert.Equal(["PRIVATE KEY", "CERTIFICATE", "CERTIFICATE"], text.Split('\n').Where(l => l.StartsWith("-----BEGIN ", StringComparison.Ordinal)).Select(l => l[11..^5]));
        foreach (var secret in (string[])[pem.Path, Path.Combine(cloud.Data, "ca", "authority.pem")])
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(Path.Combine(cloud.Data, "ca", "ca.pem"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Equal(2, await CloudCommand.RunAsync(["hubs", "add", "ridge", "--data", cloud.Data, "--out", pem.Path, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        Assert.Equal(2, await CloudCommand.RunAsync(["hubs", "add", "ridge", "--data", cloud.Data, "--out", Path.Combine(cloud.Data, "no", "folder.pem"), .. await TestRows.ArgumentsAsync(cloud.Data)]));
        Assert.Equal(text, await File.ReadAllTextAsync(pem.Path, TestContext.Current.CancellationToken));
        using var db = cloud.Rows();
        Assert.Equal(1, db.HubCertificates.Count()); // what was not written was not issued
    }

    [Fact]
    public void Two_programs_that_start_at_once_make_one_authority()
    {
        var data = Directory.CreateTempSubdirectory("lynceus-ca-").FullName;
        var made = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ =>
        {
            using var authority = CertificateAuthority.Open(data, TimeProvider.System);
            return authority.Pem;
        }).ToList();
        Assert.Single(made.Distinct());
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_broken_authority_stops_the_program_and_is_not_replaced(string content)
    {
        var data = Directory.CreateTempSubdirectory("lynceus-ca-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "ca"));
        var path = Path.Combine(data, "ca", "authority.pem");
        File.WriteAllText(path, content);
        Assert.Contains(path, Assert.Throws<StartException>(() => CertificateAuthority.Open(data, TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public void The_servers_certificate_is_renewed_before_it_ends_and_a_given_one_when_its_file_changes()
    {
        var data = Directory.CreateTempSubdirectory("lynceus-ca-").FullName;
        var time = new FakeTimeProvider(Some.Noon);
        using var authority = CertificateAuthority.Open(data, time);
        var settings = new CloudSettings { Data = data, Http = RunningCloud.Address("127.0.0.1:0"), Mqtt = RunningCloud.Address("127.0.0.1:0"), Mqtts = RunningCloud.Address("0.0.0.0:0"), TlsNames = ["cloud.example.org", "192.0.2.7"] };
        var server = new ServerCertificate(settings, authority, time);
        var first = server.GetCertificate();
        Assert.True(first.MatchesHostname("cloud.example.org") && first.MatchesHostname("192.0.2.7") && !first.MatchesHostname("localhost"));
        time.Advance(TimeSpan.FromDays(300));
        Assert.Same(first, server.GetCertificate());
        time.Advance(TimeSpan.FromDays(40));
        Assert.NotEqual(first.SerialNumber, server.GetCertificate().SerialNumber);

        var file = Path.Combine(data, "given.pem");
        string Write(DateTime at)
        {
            using var made = authority.ForServer(["given.example.org"], TimeSpan.FromDays(9));
            using var key = made.GetECDsaPrivateKey()!;
            File.WriteAllText(file, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
            File.SetLastWriteTimeUtc(file, at);
            return made.SerialNumber;
        }
        var given = new ServerCertificate(settings with { TlsCertificate = file }, authority, time);
        Assert.Contains("--tls-cert", Assert.Throws<StartException>(() => given.GetCertificate()).Message, StringComparison.Ordinal);
        Assert.Equal(Write(Some.Noon.UtcDateTime), given.GetCertificate().SerialNumber);
        Assert.Equal(Write(Some.Noon.UtcDateTime.AddHours(1)), given.GetCertificate().SerialNumber);
        var last = given.GetCertificate().SerialNumber;
        File.WriteAllText(file, "half a fi");
        Assert.Equal(last, given.GetCertificate().SerialNumber);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_list_says_what_each_hub_may_come_in_with()
    {
        await using var cloud = await RunningCloud.StartAsync();
        await HubPem.AddAsync(cloud.Data, "ridge");
        await HubPem.AddAsync(cloud.Data, "valley");
        Assert.Equal(0, await CloudCommand.RunAsync(["hubs", "revoke", "valley", "--data", cloud.Data, .. await TestRows.ArgumentsAsync(cloud.Data)]));
        await using (var hub = await cloud.ConnectAsync("peak")) await hub.SendAsync(Some.State(true, 1, hub: "peak"));
        using var db = cloud.Rows();
        HubCredentials.Add(db, "ridge", Some.Noon.UtcDateTime);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var lines = HubList.Lines(db, now);
        Assert.Equal(["peak", "ridge", "valley"], lines.Select(l => l.Split('\t')[0]));
        Assert.Contains("no certificate\tno password\tlast seen ", lines[0], StringComparison.Ordinal);
        Assert.Equal($"ridge\tcertificate until {now.AddDays(730):yyyy-MM-dd}\tpassword since 2026-05-17\tnever seen", lines[1]);
        Assert.Contains($"certificate revoked {now:yyyy-MM-dd}", lines[2], StringComparison.Ordinal);
        Assert.Contains("certificate expired", HubList.Lines(db, now.AddDays(800))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "--mqtts", "nowhere")]
    [InlineData("run", "--tls-name", "a name")]
    [InlineData("run", "--tls-name", "*.example.org")]
    [InlineData("hubs", "add", "ridge", "--days", "0")]
    [InlineData("hubs", "add", "ridge", "--days", "3651")]
    [InlineData("hubs", "revoke", "#")]
    public async Task Wrong_arguments_end_with_code_2(params string[] args) => Assert.Equal(2, await CloudCommand.RunAsync(args));

    private static Task<RunningCloud> StartAsync() => RunningCloud.StartAsync(settings: s => s with { Mqtts = RunningCloud.Address("127.0.0.1:0") });

    private static void Trusting(MqttClientTlsOptionsBuilder tls, HubPem pem)
    {
        using var pair = X509Certificate2.CreateFromPemFile(pem.Path);
        tls.UseTls().WithSslProtocols(SslProtocols.Tls13).WithCertificateValidationHandler(_ => true)
            .WithClientCertificates([X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null)]);
    }
}
