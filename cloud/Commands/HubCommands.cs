using System.CommandLine;
using System.CommandLine.Parsing;
using Lynceus.Contracts;

namespace Lynceus.Cloud;

/// <summary><c>cloud hubs</c>: who may connect, and with what.</summary>
internal static class HubCommands
{
    private static readonly Argument<string> HubName = new("NAME") { Description = "The hub's name: 1 to 32 of a-z, 0-9 and '-'.", Validators = { MustBeHub } };

    public static Command Hubs(Option<string> data)
        => new("hubs", "Certificates and passwords for hubs. Needed wherever --mqtt is not a loopback address.") { Add(data), List(data), Revoke(data) };

    private static Command Add(Option<string> data)
    {
        var days = new Option<int>("--days") { Description = "How long the certificate holds, 1 to 3650.", HelpName = "N", DefaultValueFactory = _ => 730, Validators = { MustBeDays } };
        var to = new Option<string?>("--out") { Description = "The file to write; ./NAME.pem if not given.", HelpName = "FILE" };
        var password = new Option<bool>("--password") { Description = "Makes a password instead, for a broker without TLS, and prints it once. A hub that has one gets a new one." };
        var add = new Command("add", "Issues a certificate for a hub: one file with its key, the certificate and the authority. Earlier ones hold until they end or are revoked.")
            { HubName, data, CloudCommand.Db, days, to, password };
        add.SetAction(result =>
        {
            var (folder, hub) = (result.GetValue(data)!, result.GetValue(HubName)!);
            using var db = Open(folder, result);
            if (result.GetValue(password)) Console.WriteLine(HubCredentials.Add(db, hub, TimeProvider.System.GetUtcNow().UtcDateTime));
            else WriteCertificate(db, folder, hub, TimeSpan.FromDays(result.GetValue(days)), result.GetValue(to) ?? $"{hub}.pem");
        });
        return add;
    }

    private static void WriteCertificate(LynceusDb db, string data, string hub, TimeSpan valid, string path)
    {
        if (File.Exists(path)) throw new StartException($"{path} is there already and may be in use; name another with --out");
        using var authority = CertificateAuthority.Open(data, TimeProvider.System);
        using var transaction = db.Database.BeginTransaction();
        var (pem, row) = HubCertificates.Add(db, authority, hub, valid);
        try
        {
            NewFile.Private(path, pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--out {path}: {e.Message}"); // and the row is rolled back
        }
        transaction.Commit();
        Console.WriteLine($$"""
            {{path}}: key, certificate and authority of hub {{hub}}, until {{row.NotAfter:yyyy-MM-dd}}. It is the only copy of the key.
            Move it to the hub, readable by its program only, and name it in the settings there:
              "Uplink": { "Cloud": "mqtts://HOST:8883", "Certificate": "/etc/lynceus/{{hub}}.pem" }
            then: edge doctor
            """);
    }

    private static Command List(Option<string> data)
    {
        var list = new Command("list", "Lists the hubs: certificate, password, last seen.") { data, CloudCommand.Db };
        list.SetAction(result =>
        {
            using var db = Open(result.GetValue(data)!, result);
            foreach (var line in HubList.Lines(db, TimeProvider.System.GetUtcNow().UtcDateTime)) Console.WriteLine(line);
        });
        return list;
    }

    private static Command Revoke(Option<string> data)
    {
        var revoke = new Command("revoke", "Takes all certificates and the password of a hub away, and closes its connections within seconds. What it sent stays.") { HubName, data, CloudCommand.Db };
        revoke.SetAction(result =>
        {
            var (folder, hub) = (result.GetValue(data)!, result.GetValue(HubName)!);
            using var db = Open(folder, result);
            using var authority = CertificateAuthority.Open(folder, TimeProvider.System);
            var certificates = HubCertificates.Revoke(db, authority, hub, TimeProvider.System.GetUtcNow().UtcDateTime);
            var password = HubCredentials.Revoke(db, hub);
            if (certificates == 0 && !password)
            {
                Console.Error.WriteLine($"cloud: hub {hub} has no certificate that holds, and no password");
                return 1;
            }
            Console.WriteLine($"hub {hub}: {certificates} certificate(s){(password ? " and the password" : "")} revoked. A broker of its own reads {authority.RevokedFile} at a SIGHUP, and closes open connections at a restart.");
            return 0;
        });
        return revoke;
    }

    public static LynceusDb Open(string data, ParseResult result)
    {
        DurableFile.CreateFolder(Path.GetFullPath(data));
        return RowsSetup.Open(data, CloudCommand.DbOf(result));
    }

    private static void MustBeHub(ArgumentResult argument)
    {
        if (argument.Tokens.Count > 0 && argument.Tokens[0].Value == Ids.UploadHub) argument.AddError($"NAME: '{Ids.UploadHub}' is kept for pictures that people upload; give the hub another name");
        else if (argument.Tokens.Count > 0 && !Ids.IsHub(argument.Tokens[0].Value)) argument.AddError($"NAME: '{argument.Tokens[0].Value}' is not 1 to 32 of a-z, 0-9 and '-'");
    }

    private static void MustBeDays(OptionResult option)
    {
        if (option.Tokens.Count > 0 && !(int.TryParse(option.Tokens[0].Value, out var n) && n is >= 1 and <= 3650))
            option.AddError($"--days: '{option.Tokens[0].Value}' is not 1 to 3650");
    }
}
