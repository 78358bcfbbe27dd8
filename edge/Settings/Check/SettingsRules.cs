using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lynceus.Edge;

/// <summary>The rules that need more than one value: those that the hub's parts hold at start, asked without starting it.</summary>
internal static class SettingsRules
{
    /// <param name="host">Built of settings whose values can all be read; nothing of it is started.</param>
    /// <returns>One sentence each, most of which begin with the setting's name.</returns>
    public static IEnumerable<string> Of(IHost host)
    {
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException one)
        {
            return Sentences(one);
        }
        catch (AggregateException several)
        {
            return [.. several.InnerExceptions.SelectMany(e => e is OptionsValidationException failed ? Sentences(failed) : [e.Message])];
        }
    }

    /// <summary>What must be given and is missing has been said already, in better words.</summary>
    private static List<string> Sentences(OptionsValidationException failed) => [.. failed.Failures.Where(f => !f.EndsWith("field is required.", StringComparison.Ordinal))];
}
