namespace Lynceus.Cloud.Tests;

public sealed class DeploymentPatternTests
{
    [Theory]
    [InlineData("{deployment}/**", "ridge/DCIM/a.jpg", "ridge", "ridge")]
    [InlineData("{site}/{camera}/**", "ridge/north/x/a.jpg", "ridge/north", "north")]
    [InlineData("season-*/{deployment}/DCIM/**", "season-24/ridge/DCIM/a.jpg", "ridge", "ridge")]
    [InlineData("{deployment}_{year}/{camera}/*", "ridge_2024/north/a.jpg", "ridge", "north")]
    [InlineData("{deployment}/*.jpg", "ridge (1)/a.jpg", "ridge (1)", "ridge (1)")]
    [InlineData("Ridge", "a.jpg", "Ridge", "Ridge")]
    public void A_pattern_reads_deployment_and_camera_out_of_folders(string pattern, string path, string deployment, string camera)
        => Assert.Equal(new CameraPlace(deployment, camera), DeploymentPattern.Parse(pattern).Of(path));

    [Theory]
    [InlineData("card", "ridge/DCIM/100RECNX/a.jpg", "ridge")]
    [InlineData("card", "DCIM/100RECNX/a.jpg", "card")]
    [InlineData("card", "a.jpg", "card")]
    public void Without_a_pattern_the_first_folder_that_people_named_is_both(string root, string path, string name)
        => Assert.Equal(new CameraPlace(name, name), DeploymentPattern.FirstFolder(root).Of(path));

    [Fact]
    public void A_file_by_itself_is_of_nobody_and_says_so() => Assert.Equal(new CameraPlace(null, "upload"), DeploymentPattern.FirstFolder(null).Of("a.jpg"));

    [Theory]
    [InlineData("{deployment}/**", "a.jpg")]
    [InlineData("{site}/{camera}/**", "ridge/a.jpg")]
    [InlineData("{deployment}/DCIM/**", "ridge/dcim/a.jpg")]
    public void A_file_that_lies_elsewhere_is_refused_by_name(string pattern, string path)
        => Assert.Equal(ImportRefusal.NoDeployment, Assert.Throws<ImportRefusedException>(() => DeploymentPattern.Parse(pattern).Of(path)).Why);

    [Theory]
    [InlineData("")]
    [InlineData("/{deployment}/**")]
    [InlineData("../{deployment}")]
    [InlineData("**/{deployment}")]
    [InlineData("{deployment}/{deployment}")]
    [InlineData("{deploy ment}/**")]
    [InlineData("{deployment")]
    [InlineData("*/**")]
    public void A_pattern_that_says_nothing_or_breaks_its_rules_is_refused(string pattern)
        => Assert.NotEmpty(Assert.Throws<FormatException>(() => DeploymentPattern.Parse(pattern)).Message);

    [Fact]
    public void A_hostile_path_takes_no_time()
        => Assert.Throws<ImportRefusedException>(() => DeploymentPattern.Parse("{a}-{b}-{c}-{d}-*-*-*-{e}/{camera}/x").Of(new string('-', 500) + "/a"));
}
