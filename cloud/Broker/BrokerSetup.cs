namespace Lynceus.Cloud;

internal static class BrokerSetup
{
    public static void AddIngest(this WebApplicationBuilder builder) => builder.Services.AddSingleton<News>().AddSingleton<Ingest>();

    public static void AddBroker(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HubCredentials>();
        builder.Services.AddSingleton<HubIdentity>();
        builder.Services.AddSingleton<EmbeddedBroker>();
        builder.Services.AddSingleton<IHubVoice>(services => services.GetRequiredService<EmbeddedBroker>());
        builder.Services.AddHostedService(services => services.GetRequiredService<EmbeddedBroker>());
    }
}
