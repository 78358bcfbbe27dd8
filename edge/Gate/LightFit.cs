using System.Numerics.Tensors;

namespace Lynceus.Edge;

/// <summary>
/// How a frame's light differs from its reference's: a gain and an offset for the whole picture, and a slowly varying
/// gain on top (a cloud's shadow, a flash). Light multiplies; that holds for gamma-coded values too, since the code is a power.
/// Buffers are reused; belongs to one thread at a time.
/// </summary>
internal sealed class LightFit
{
    private readonly LightField field = new();
    private readonly int[] histogram = new int[256];
    private float[] someReference = [];
    private float[] someFrame = [];

    private float gain;
    private float offset;

    /// <summary>What the frame would show if only the light had changed, grey levels, for each cell.</summary>
    /// <param name="reference">Grey levels 0–255.</param>
    /// <param name="frame">The same cells in the frame, grey levels 0–255.</param>
    /// <param name="width">Cells a row.</param>
    /// <param name="first">First row that counts; rows before it are no picture.</param>
    /// <param name="last">Row after the last that counts.</param>
    /// <param name="expected">Is filled between these rows.</param>
    /// <param name="share">How much of the field is light, 0–1. Who learns takes less than all of it, or what was wrong over a whole tile would stay so for good.</param>
    /// <returns>The gain.</returns>
    public float Expect(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame, int width, int first, int last, Span<float> expected, float share = 1)
    {
        var (from, to) = (first * width, last * width);
        Sample(reference[from..to], frame[from..to], width);
        Fit(someReference, someFrame);
        TensorPrimitives.Multiply(reference[from..to], gain, expected[from..to]);
        TensorPrimitives.Add(expected[from..to], offset, expected[from..to]);
        field.Apply(frame, width, first, last, expected, share);
        return gain;
    }

    /// <summary>A few thousand cells, spread over the picture, settle a line as well as all of them.</summary>
    private void Sample(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame, int width)
    {
        var step = reference.Length < 4000 ? 1 : width % 5 == 0 ? 4 : 5;
        var count = (reference.Length + step - 1) / step;
        if (someReference.Length != count) (someReference, someFrame) = (new float[count], new float[count]);
        for (int i = 0, k = 0; i < reference.Length; i += step, k++) (someReference[k], someFrame[k]) = (reference[i], frame[i]);
    }

    /// <summary>Robust line: by the spread between the tenths first, then least squares without the worst.</summary>
    private void Fit(ReadOnlySpan<float> reference, ReadOnlySpan<float> frame)
    {
        var (r10, r50, r90) = Quantiles(reference);
        var (f10, f50, f90) = Quantiles(frame);
        gain = r90 - r10 < 4 ? 1 : Math.Clamp((float)(f90 - f10) / (r90 - r10), 0.25f, 4);
        offset = f50 - (gain * r50);
        // The spread of the shades settles the gain roughly; correspondence only refines it. Between unrelated scenes it would flatten everything.
        var (least, most) = (gain * 0.7f, gain * 1.4f);
        for (var turn = 0; turn < 3; turn++)
        {
            float n = 0, sr = 0, sf = 0, srr = 0, srf = 0;
            var near = turn == 0 ? 24 : 12;
            for (var i = 0; i < reference.Length; i++)
            {
                float r = reference[i], f = frame[i];
                if (f is < 3 or > 250 || Math.Abs(f - (gain * r) - offset) > near) continue;
                n++;
                sr += r;
                sf += f;
                srr += r * r;
                srf += r * f;
            }
            var spread = (n * srr) - (sr * sr);
            if (n < reference.Length / 8f || spread < n * n) return; // too little agrees, or it is of one shade: the quantiles stand
            gain = Math.Clamp(((n * srf) - (sr * sf)) / spread, least, most);
            offset = (sf - (gain * sr)) / n;
        }
    }

    private (int, int, int) Quantiles(ReadOnlySpan<float> values)
    {
        Array.Clear(histogram);
        foreach (var v in values) histogram[Math.Clamp((int)MathF.Round(v), 0, 255)]++;
        return (LightField.Quantile(histogram, values.Length / 10), LightField.Quantile(histogram, values.Length / 2), LightField.Quantile(histogram, values.Length * 9 / 10));
    }
}
