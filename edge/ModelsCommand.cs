using System.CommandLine;
using Lynceus.Vision;

namespace Lynceus.Edge;

/// <summary><c>edge models</c>: what the catalog knows, and what of it is here.</summary>
internal static class ModelsCommand
{
    public static Command Create(bool inDetail)
    {
        var command = new Command("models", Arguments.Describe("Lists the models of the catalog, and says which are here and sound.", inDetail, """
            A model's file is looked for in the folders of LYNCEUS_MODELS (separated by ':'), then in the project's models/, then in ../shared/models.
            Exit code 0 if one of them can be the gate.
            """));
        command.SetAction(_ =>
        {
            var catalog = ModelCatalog.Load();
            var gates = 0;
            foreach (var model in catalog.Models)
            {
                try
                {
                    var path = catalog.Open(model.Name).Path;
                    Console.Out.WriteLine($"{model.Name} {model.Version}  {string.Join('+', model.Roles)}  {model.Licence}  {path}");
                    if (model.Roles.Contains("gate")) gates++;
                }
                catch (ModelRefusedException refused)
                {
                    Console.Error.WriteLine(refused.Message);
                }
            }
            return gates > 0 ? 0 : 1;
        });
        return command;
    }
}
