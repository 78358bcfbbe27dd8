using Lynceus.PubSub;

namespace Lynceus.Cloud;

internal static class BrokerSetup
{
    public static void AddIngest(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<News>().AddSingleton<Ingest>();

    /// <summary>Who may come in, whatever the door.</summary>
    public static void AddCredentials(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HubCredentials>();
        builder.Services.AddSingleton<HubCertificates>();
        builder.Services.AddSingleton(services => CertificateAuthority.Open(services.GetRequiredService<CloudSettings>().Data, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ServerCertificate>();
    }

    public static void AddBroker(this WebApplicationBuilder builder, CloudSettings settings)
    {
        if (settings.Broker is null) builder.AddEmbedded();
        else builder.Add<ExternalBroker>();
    }

    private static void AddEmbedded(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BrokerTls>();
        builder.Services.AddSingleton<HubIdentity>();
        builder.Add<EmbeddedBroker>();
        builder.Services.AddHostedService<RevocationWatch>();
    }

    private static void Add<T>(this WebApplicationBuilder builder)
        where T : class, IBroker, IHubVoice, IHostedService
    {
        builder.Services.AddSingleton<T>();
        builder.Services.AddSingleton<IBroker>(services => services.GetRequiredService<T>());
        builder.Services.AddSingleton<IHubVoice>(services => services.GetRequiredService<T>());
        builder.Services.AddHostedService(services => services.GetRequiredService<T>());
    }

    public static void AddPubSub(this WebApplicationBuilder builder, CloudSettings settings)
    {
        if (settings.PubSub is null) return;
        builder.Services.AddSingleton(new PubSubLimits()).AddSingleton<PubSubDoor>();
        builder.Services.AddSingleton<IHubVoice>(services => services.GetRequiredService<PubSubDoor>());
        builder.Services.AddHostedService(services => services.GetRequiredService<PubSubDoor>());
    }
}
