using MathNet.Numerics;

namespace Lynceus.Cloud;

/// <summary>Counts with variance μ + μ²/θ.</summary>
internal static class NegativeBinomial
{
    public static double LogLikelihood(IReadOnlyList<double> y, IReadOnlyList<double> mu, double theta) => y.Zip(mu, (v, m) => LogChance(v, m, theta)).Sum();

    public static double LogChance(double y, double mu, double theta)
        => SpecialFunctions.GammaLn(theta + y) - SpecialFunctions.GammaLn(theta) - SpecialFunctions.GammaLn(y + 1) + theta * Math.Log(theta / (theta + mu)) + (y == 0 ? 0 : y * Math.Log(mu / (theta + mu)));

    /// <summary>The θ of greatest likelihood for known means, by Newton's steps on its logarithm.</summary>
    /// <exception cref="TooLittleDataException">The counts vary no more than Poisson's, so θ runs to infinity.</exception>
    public static double Theta(IReadOnlyList<double> y, IReadOnlyList<double> mu)
    {
        var log = Math.Log(Math.Max(1e-3, y.Count / y.Zip(mu, (v, m) => (v / m - 1) * (v / m - 1)).Sum()));
        for (var step = 0; step < 200; step++)
        {
            var theta = Math.Exp(log);
            var (score, information) = (Score(y, mu, theta), Information(y, mu, theta));
            var bend = theta * theta * information - theta * score; // of −log-likelihood in log θ
            var move = Math.Clamp(bend > 0 ? theta * score / bend : Math.Sign(score), -1, 1);
            log += move;
            if (log > Math.Log(1e7)) throw new TooLittleDataException("the counts vary no more than Poisson's do; a negative binomial does not fit them: say --family poisson");
            if (Math.Abs(move) < 1e-13) break;
        }
        return Math.Exp(log);
    }

    public static double ThetaError(IReadOnlyList<double> y, IReadOnlyList<double> mu, double theta) => 1 / Math.Sqrt(Information(y, mu, theta));

    private static double Score(IReadOnlyList<double> y, IReadOnlyList<double> mu, double theta)
        => y.Zip(mu, (v, m) => SpecialFunctions.DiGamma(theta + v) - SpecialFunctions.DiGamma(theta) + Math.Log(theta) + 1 - Math.Log(theta + m) - (v + theta) / (m + theta)).Sum();

    /// <summary>Counts are whole, so differences of trigamma are sums.</summary>
    private static double Information(IReadOnlyList<double> y, IReadOnlyList<double> mu, double theta)
    {
        var sum = 0.0;
        for (var i = 0; i < y.Count; i++)
        {
            for (var j = 0; j < y[i]; j++) sum += 1 / ((theta + j) * (theta + j));
            sum -= 1 / theta - 2 / (mu[i] + theta) + (y[i] + theta) / ((mu[i] + theta) * (mu[i] + theta));
        }
        return sum;
    }
}
