# The program, without the machine: `docker compose up` (compose.yaml) adds a Chroma server.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 OMP_NUM_THREADS=1 \
    YANJU_HOME=/data/home YANJU_DOCUMENTS=/data/documents
WORKDIR /app
COPY requirements.txt .
# torch from PyPI brings several GB of CUDA; this index has the build for processors.
RUN pip install --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt
COPY . .
RUN useradd --create-home yanju && mkdir -p /data/home /data/documents && chown -R yanju /data
USER yanju
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
# Within the container it must listen on every address; which of them is open, compose.yaml says.
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
