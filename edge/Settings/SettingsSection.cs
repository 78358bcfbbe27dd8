using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>A section of the settings, for the parts of the hub that go by it.</summary>
internal static class SettingsSection
{
    /// <summary>Binds a section, checks it at start, and gives its options to whoever asks for them.</summary>
    /// <param name="builder">Of the hub.</param>
    /// <param name="section">Its name; empty for the whole file.</param>
    public static IServiceCollection AddSection<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions, TValidator>(this HostApplicationBuilder builder, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        builder.Services.AddOptions<TOptions>().Bind(section.Length > 0 ? builder.Configuration.GetSection(section) : builder.Configuration).ValidateOnStart();
        return builder.Services.AddSingleton(s => s.GetRequiredService<IOptions<TOptions>>().Value);
    }
}
